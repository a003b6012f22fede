//! The manual page.

/// The page, as mdoc(7).
pub(super) const MAN_PAGE: &str = include_str!("../../man/rkeygen.1");
