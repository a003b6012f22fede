//! Which lines of authorized_keys a real sshd lets in, beside what `authorized-keys lint` says of them.

use std::fs;

use crate::sshd::Sshd;
use crate::support::missing::needs;
use crate::world::{Program, World};

/// Options, and whether sshd of OpenSSH 10.6 lets in with them.
const ROWS: [(&str, bool); 44] = [
    ("", true),
    ("no-pty ", true),
    ("NO-PTY,Restrict ", true),
    ("no-pty, ", true),
    (",no-pty,,no-user-rc ", true),
    ("no-pty, no-user-rc ", false),
    ("no-ptty ", false),
    ("no-restrict ", false),
    ("'no-pty' ", false),
    ("command=\"echo welcome\" ", true),
    ("command=\"echo welcome\",command=\"echo welcome\" ", false),
    ("command=echo ", false),
    ("command=\"a\"b\" ", false),
    ("environment=\"A=1\",environment=\"A=2\" ", true),
    ("environment=\"A\" ", false),
    ("environment=\"A-B=c\" ", false),
    ("from=\"127.0.0.0/8\" ", true),
    ("from=\"127.*,10.0.0.0/8\" ", true),
    ("from=\"127.0.0.1/8\" ", false),
    ("from=\"127.0.0.1,10.0.0.1/8\" ", false),
    ("from=\"127.0.0.1/33\" ", false),
    ("from=\"127.0.0.1,\" ", false),
    ("from=\"\" ", false),
    ("from=\"10.0.0.1, 127.0.0.1\" ", false),
    ("from=\"127.0.0.0/255.0.0.0\" ", false),
    ("from=\"!10.0.0.1\" ", false),
    ("from=\"127.0.0.1\",from=\"127.0.0.1\" ", false),
    ("permitopen=\"h:22\" ", true),
    ("permitopen=\"[::1]:*\" ", true),
    ("permitopen=\"h\" ", false),
    ("permitopen=\"h:0\" ", false),
    ("permitopen=\"::1:22\" ", false),
    ("permitlisten=\"8080\" ", true),
    ("permitlisten=\"localhost\" ", false),
    ("tunnel=\"any\" ", true),
    ("tunnel=\"2147483645\" ", true),
    ("tunnel=\"2147483646\" ", false),
    ("tunnel=\"tun0\" ", false),
    ("principals=\"a\" ", false),
    ("expiry-time=\"20991231\" ", true),
    ("expiry-time=\"2099-12-31\" ", false),
    ("expiry-time=\"20991231\",expiry-time=\"20200101\" ", false),
    ("no-touch-required,no-verify-required ", true),
    ("x11-forwarding=\"x\" ", false),
];

#[test]
fn options_are_judged_as_sshd_judges_them() {
    needs!("sshd");
    let world = World::new();
    let lines = format!(
        "AuthorizedKeysFile {}/logins\nPermitUserEnvironment yes\nLogLevel ERROR",
        world.directory().display()
    );
    let server = Sshd::start(&world, &lines);
    let host = format!("127.0.0.1:{}", server.port);
    world.done(Program::Ours, &format!("known-hosts add {host} --key other.pub -f known"));
    let key = fs::read_to_string(world.path("user.pub")).expect("a key");
    for (options, lets_in) in ROWS {
        world.write("logins", format!("{options}{key}"));
        assert_eq!(server.login("known").stdout == b"welcome\n", lets_in, "sshd: {options}");
        let lint = world.run(Program::Ours, "authorized-keys lint -f logins", b"");
        assert_eq!(
            lint.status.code() == Some(0),
            lets_in,
            "{options}{}",
            String::from_utf8_lossy(&lint.stdout)
        );
    }
}
