//! The "drunken bishop" picture of a fingerprint.
//!
//! Source: Dirk Loss, Tobias Limmer, Alexander von Gernler, "The drunken bishop: An analysis of
//! the OpenSSH fingerprint visualization algorithm" (2009).

use super::Fingerprint;

const WIDTH: usize = 17;
const HEIGHT: usize = 9;
/// One sign per number of visits; the last two mark the start and the end of the walk.
const SIGNS: &[u8; 17] = b" .o+=*BOX@%&#/^SE";
const START: u8 = 15;
const END: u8 = 16;

/// Draws the fingerprint of a key of that type and size as eleven lines, the last one without a newline.
#[must_use]
pub fn randomart(name: &str, bits: u32, fingerprint: &Fingerprint) -> String {
    let field = walk(fingerprint.digest());
    let with_size = format!("[{name} {}]", bits);
    let title = if with_size.len() <= WIDTH { with_size } else { format!("[{name}]") };
    let mut picture = border(&title);
    for row in field {
        let line: String = row.iter().map(|&visits| char::from(SIGNS[usize::from(visits)])).collect();
        picture.push_str(&format!("\n|{line}|"));
    }
    picture.push('\n');
    picture.push_str(&border(&format!("[{}]", fingerprint.hash().name())));
    picture
}

/// Moves the bishop two bits at a time, the lowest bits of each byte first, counting visits.
fn walk(digest: &[u8]) -> [[u8; WIDTH]; HEIGHT] {
    let mut field = [[0; WIDTH]; HEIGHT];
    let (mut x, mut y) = (WIDTH / 2, HEIGHT / 2);
    for step in digest.iter().flat_map(|byte| [0, 2, 4, 6].map(|shift| byte >> shift)) {
        x = if step & 1 == 1 { (x + 1).min(WIDTH - 1) } else { x.saturating_sub(1) };
        y = if step & 2 == 2 { (y + 1).min(HEIGHT - 1) } else { y.saturating_sub(1) };
        field[y][x] = (field[y][x] + 1).min(START - 1);
    }
    field[HEIGHT / 2][WIDTH / 2] = START;
    field[y][x] = END;
    field
}

fn border(title: &str) -> String {
    // ssh-keygen keeps one character less than the width.
    let title = &title[..title.len().min(WIDTH - 1)];
    let left = (WIDTH - title.len()) / 2;
    format!("+{}{title}{}+", "-".repeat(left), "-".repeat(WIDTH - title.len() - left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_centred_and_cut() {
        assert_eq!(border("[RSA 3072]"), "+---[RSA 3072]----+");
        assert_eq!(border("[ED25519-SK 256]"), "+[ED25519-SK 256]-+");
        assert_eq!(border("[MLDSA44-ED25519]"), "+[MLDSA44-ED25519-+");
    }
}
