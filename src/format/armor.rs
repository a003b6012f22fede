//! The text around a key: `-----BEGIN LABEL-----`, headers, base64, `-----END LABEL-----`
//! (RFC 7468, and RFC 1421 for the headers of traditional encrypted keys).

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::{Damage, Error, Other};
use crate::secret::Secret;

/// The parts of an armored file.
#[derive(Debug)]
pub(super) struct Armor {
    label: String,
    headers: Vec<(String, String)>,
    bytes: Secret,
}

impl Armor {
    /// Reads the first armored block whose label is about a key; where there is none, the first one.
    /// Line endings, a BOM and surrounding white space do not matter, nor does what stands
    /// before or behind the block, such as parameters and certificates.
    pub(super) fn parse(file: &[u8]) -> Result<Self, Error> {
        let text = std::str::from_utf8(file).map_err(|_| Error::NotThisFormat(Other::Unknown))?;
        let lines = || text.split(['\n', '\r']).map(|line| line.trim_start_matches('\u{feff}').trim());
        fn label_of(line: &str) -> Option<&str> {
            line.strip_prefix("-----BEGIN ")?.strip_suffix("-----")
        }
        let mut labels = lines().enumerate().filter_map(|(number, line)| Some((number, label_of(line)?)));
        let first = labels.clone().next();
        let (number, label) = labels
            .find(|(_, label)| label.contains("KEY"))
            .or(first)
            .ok_or(Error::NotThisFormat(Other::Unknown))?;
        let lines = lines().skip(number + 1);
        let mut headers = Vec::new();
        let mut base64 = Zeroizing::new(String::with_capacity(file.len()));
        for line in lines {
            if let Some(end) = line.strip_prefix("-----END ") {
                if end.strip_suffix("-----") != Some(label) {
                    return Err(Error::Damaged(Damage::EndLabel));
                }
                let bytes = Base64::decode_vec(&base64).map_err(|_| Error::Damaged(Damage::Base64))?;
                return Ok(Self { label: label.to_owned(), headers, bytes: Secret::new(bytes) });
            }
            match line.split_once(':') {
                Some((name, value)) => headers.push((name.to_owned(), value.trim().to_owned())),
                None => base64.push_str(line),
            }
        }
        Err(Error::Damaged(Damage::NoEnd))
    }

    /// What stands between `BEGIN` and the dashes.
    pub(super) fn label(&self) -> &str {
        &self.label
    }

    /// The value of a header such as `DEK-Info`.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The decoded base64.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.expose()
    }
}

/// Writes an armored file with lines of `width` characters and the given header lines.
pub(super) fn write(label: &str, headers: &str, bytes: &[u8], width: usize) -> Secret {
    let base64 = Zeroizing::new(Base64::encode_string(bytes).into_bytes());
    // Reserved whole, so that no copy of the key stays behind in memory when the vector grows.
    let mut text =
        Vec::with_capacity(base64.len() + base64.len() / width + headers.len() + 2 * label.len() + 40);
    text.extend_from_slice(format!("-----BEGIN {label}-----\n{headers}").as_bytes());
    for line in base64.chunks(width) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
    Secret::new(text)
}

/// Bytes from hexadecimal digits, two each.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.chars().map(|c| u8::try_from(c.to_digit(16)?).ok()).collect::<Option<_>>()?;
    digits.chunks(2).map(|pair| Some(pair.first()? << 4 | pair.get(1)?)).collect()
}
