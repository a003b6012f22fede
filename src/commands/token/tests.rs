use super::*;

#[test]
fn flags_change_by_name() {
    let names = ["touch-required", "no-touch-required", "VERIFY-required", "no-verify-required"];
    let changes = names.map(|name| FlagChange::from_name(name).expect(name));
    let flags = changes.map(|change| change.apply(TokenFlags::from_bits(0x21)).bits());
    assert_eq!(flags, [0x21, 0x20, 0x25, 0x21]);
    for name in ["resident", "no-resident", "", "no-", "touch"] {
        assert_eq!(FlagChange::from_name(name), None, "{name}");
    }
}
