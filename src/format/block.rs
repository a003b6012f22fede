//! The block ciphers of encrypted PEM and PKCS#8 files, in the modes that OpenSSL's default provider has for them (NIST
//! SP 800-38A). AES and 3DES in CBC mode are what programs write. The others are read for the sake of OpenSSL's users.

use aes::{Aes128, Aes192, Aes256};
use aria::{Aria128, Aria192, Aria256};
use camellia::{Camellia128, Camellia192, Camellia256};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, KeyInit, KeyIvInit};
use des::{TdesEde2, TdesEde3};
use sm4::Sm4;
use zeroize::Zeroizing;

mod modes;

use crate::secret::Secret;

/// A block cipher in a mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BlockCipher {
    block: Block,
    mode: Mode,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Aes128,
    Aes192,
    Aes256,
    /// 3DES with two keys, of which the first comes again as the third.
    TwoKeyDes,
    TripleDes,
    Aria128,
    Aria192,
    Aria256,
    Camellia128,
    Camellia192,
    Camellia256,
    Sm4,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Cbc,
    Ecb,
    Cfb,
    Cfb8,
    Cfb1,
    Ofb,
    Ctr,
}

impl BlockCipher {
    pub(super) const AES_128_CBC: Self = Self { block: Block::Aes128, mode: Mode::Cbc };
    pub(super) const AES_256_CBC: Self = Self { block: Block::Aes256, mode: Mode::Cbc };
    pub(super) const TRIPLE_DES_CBC: Self = Self { block: Block::TripleDes, mode: Mode::Cbc };

    /// The cipher that OpenSSL calls so, in any case; it knows short names of CBC too.
    pub(super) fn named(name: &str) -> Option<Self> {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let short = [("DES3", Block::TripleDes), ("SM4", Block::Sm4)];
        if let Some((_, block)) = short.into_iter().find(|(known, _)| is(known)) {
            return Some(Self { block, mode: Mode::Cbc });
        }
        let of_block = |block: Block| {
            if is(&block.name().replace('-', "")) {
                return Some(Self { block, mode: Mode::Cbc });
            }
            let modes = Mode::ALL.into_iter().filter(|mode| block.has(*mode));
            modes.map(|mode| Self { block, mode }).find(|cipher| is(&cipher.name()))
        };
        Block::ALL.into_iter().find_map(of_block)
    }

    /// The cipher of an object identifier.
    pub(super) fn of_oid(dotted: &str) -> Option<Self> {
        Block::ALL.into_iter().find_map(|block| {
            let mode = Mode::ALL.into_iter().find(|mode| block.oid(*mode).as_deref() == Some(dotted))?;
            Some(Self { block, mode })
        })
    }

    /// OpenSSL's name of it.
    pub(super) fn name(self) -> String {
        format!("{}-{}", self.block.name(), self.mode.name())
    }

    pub(super) fn key_bytes(self) -> usize {
        match self.block {
            Block::Aes128 | Block::Aria128 | Block::Camellia128 | Block::Sm4 | Block::TwoKeyDes => 16,
            Block::Aes192 | Block::Aria192 | Block::Camellia192 | Block::TripleDes => 24,
            Block::Aes256 | Block::Aria256 | Block::Camellia256 => 32,
        }
    }

    pub(super) fn iv_bytes(self) -> usize {
        if self.mode == Mode::Ecb { 0 } else { self.block_bytes() }
    }

    fn block_bytes(self) -> usize {
        if matches!(self.block, Block::TwoKeyDes | Block::TripleDes) { 8 } else { 16 }
    }

    /// Whether a file of so many bytes can be encrypted with it: CBC and ECB fill blocks.
    pub(super) fn fits(self, length: usize) -> bool {
        length > 0 && (!self.is_padded() || length.is_multiple_of(self.block_bytes()))
    }

    fn is_padded(self) -> bool {
        matches!(self.mode, Mode::Cbc | Mode::Ecb)
    }

    /// The bytes in the clear; `None` if their padding shows that the key is wrong, or a length is.
    pub(super) fn decrypt(self, key: &[u8], iv: &[u8], bytes: &[u8]) -> Option<Secret> {
        if key.len() != self.key_bytes() || iv.len() != self.iv_bytes() || !self.fits(bytes.len()) {
            return None;
        }
        let mut plain = Zeroizing::new(bytes.to_vec());
        let run = match self.block {
            Block::Aes128 => run::<Aes128>,
            Block::Aes192 => run::<Aes192>,
            Block::Aes256 => run::<Aes256>,
            Block::TwoKeyDes => run::<TdesEde2>,
            Block::TripleDes => run::<TdesEde3>,
            Block::Aria128 => run::<Aria128>,
            Block::Aria192 => run::<Aria192>,
            Block::Aria256 => run::<Aria256>,
            Block::Camellia128 => run::<Camellia128>,
            Block::Camellia192 => run::<Camellia192>,
            Block::Camellia256 => run::<Camellia256>,
            Block::Sm4 => run::<Sm4>,
        };
        run(self.mode, key, iv, &mut plain)?;
        if self.is_padded() {
            let padding = padding(&plain, self.block_bytes())?;
            let length = plain.len() - padding;
            plain.truncate(length);
        }
        Some(Secret::new(std::mem::take(&mut *plain)))
    }
}

/// Decrypts in place.
fn run<C: KeyInit + BlockCipherEncrypt + BlockCipherDecrypt>(
    mode: Mode,
    key: &[u8],
    iv: &[u8],
    bytes: &mut [u8],
) -> Option<()> {
    let cipher = C::new_from_slice(key).ok()?;
    let encrypt = |block: &mut [u8]| {
        if let Ok(block) = block.try_into() {
            cipher.encrypt_block(block);
        }
    };
    let decrypt = |block: &mut [u8]| {
        if let Ok(block) = block.try_into() {
            cipher.decrypt_block(block);
        }
    };
    match mode {
        Mode::Cbc => {
            let cipher = cbc::Decryptor::<C>::new_from_slices(key, iv).ok()?;
            cipher.decrypt_padded::<NoPadding>(bytes).ok()?;
        }
        Mode::Ecb => bytes.chunks_exact_mut(C::block_size()).for_each(decrypt),
        Mode::Cfb => modes::cfb(encrypt, iv, bytes),
        Mode::Cfb8 => modes::cfb8(encrypt, iv, bytes),
        Mode::Cfb1 => modes::cfb1(encrypt, iv, bytes),
        Mode::Ofb => modes::ofb(encrypt, iv, bytes),
        Mode::Ctr => modes::ctr(encrypt, iv, bytes),
    }
    Some(())
}

/// How many bytes pad the last block (PKCS#7): each says how many.
fn padding(plain: &[u8], block: usize) -> Option<usize> {
    let last = *plain.last()?;
    let count = usize::from(last);
    let sound = (1..=block).contains(&count) && plain[plain.len() - count..].iter().all(|&byte| byte == last);
    sound.then_some(count)
}

impl Block {
    const ALL: [Self; 12] = [
        Self::Aes128,
        Self::Aes192,
        Self::Aes256,
        Self::TwoKeyDes,
        Self::TripleDes,
        Self::Aria128,
        Self::Aria192,
        Self::Aria256,
        Self::Camellia128,
        Self::Camellia192,
        Self::Camellia256,
        Self::Sm4,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Aes128 => "AES-128",
            Self::Aes192 => "AES-192",
            Self::Aes256 => "AES-256",
            Self::TwoKeyDes => "DES-EDE",
            Self::TripleDes => "DES-EDE3",
            Self::Aria128 => "ARIA-128",
            Self::Aria192 => "ARIA-192",
            Self::Aria256 => "ARIA-256",
            Self::Camellia128 => "CAMELLIA-128",
            Self::Camellia192 => "CAMELLIA-192",
            Self::Camellia256 => "CAMELLIA-256",
            Self::Sm4 => "SM4",
        }
    }

    /// Whether OpenSSL has the mode for it, in PEM: that needs an initialization vector.
    fn has(self, mode: Mode) -> bool {
        !matches!(
            (self, mode),
            (_, Mode::Ecb)
                | (Self::TwoKeyDes | Self::TripleDes, Mode::Ctr)
                | (Self::TwoKeyDes | Self::Sm4, Mode::Cfb8 | Mode::Cfb1)
        )
    }

    /// The object identifier of the cipher in a mode. CFB stands for its kinds of whole blocks.
    fn oid(self, mode: Mode) -> Option<String> {
        let numbered = |prefix: &str, first: u8, modes: [Option<Mode>; 9]| {
            let place = modes.iter().position(|known| *known == Some(mode))?;
            Some(format!("{prefix}.{}", usize::from(first) + place))
        };
        let (cbc, ecb, cfb) = (Some(Mode::Cbc), Some(Mode::Ecb), Some(Mode::Cfb));
        let (ofb, ctr) = (Some(Mode::Ofb), Some(Mode::Ctr));
        let aes = |first| {
            numbered("2.16.840.1.101.3.4.1", first, [ecb, cbc, ofb, cfb, None, None, None, None, None])
        };
        let aria =
            |first| numbered("1.2.410.200046.1.1", first, [ecb, cbc, cfb, ofb, ctr, None, None, None, None]);
        let camellia = |last: u8, first| match mode {
            Mode::Cbc => Some(format!("1.2.392.200011.61.1.1.1.{last}")),
            _ => numbered("0.3.4401.5.3.1.9", first, [ecb, None, ofb, cfb, None, None, None, None, ctr]),
        };
        match self {
            Self::Aes128 => aes(1),
            Self::Aes192 => aes(21),
            Self::Aes256 => aes(41),
            Self::TwoKeyDes => (mode == Mode::Ecb).then(|| "1.3.14.3.2.17".to_owned()),
            Self::TripleDes => (mode == Mode::Cbc).then(|| "1.2.840.113549.3.7".to_owned()),
            Self::Aria128 => aria(1),
            Self::Aria192 => aria(6),
            Self::Aria256 => aria(11),
            Self::Camellia128 => camellia(2, 1),
            Self::Camellia192 => camellia(3, 21),
            Self::Camellia256 => camellia(4, 41),
            Self::Sm4 => {
                numbered("1.2.156.10197.1.104", 1, [ecb, cbc, ofb, cfb, None, None, ctr, None, None])
            }
        }
    }
}

impl Mode {
    const ALL: [Self; 7] = [Self::Cbc, Self::Ecb, Self::Cfb, Self::Cfb8, Self::Cfb1, Self::Ofb, Self::Ctr];

    fn name(self) -> &'static str {
        match self {
            Self::Cbc => "CBC",
            Self::Ecb => "ECB",
            Self::Cfb => "CFB",
            Self::Cfb8 => "CFB8",
            Self::Cfb1 => "CFB1",
            Self::Ofb => "OFB",
            Self::Ctr => "CTR",
        }
    }
}
