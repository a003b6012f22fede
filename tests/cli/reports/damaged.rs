//! Private keys that something happened to on their way: one row per report.

use super::{Keys, Repaired, Row};

pub(super) fn rows(keys: &Keys) -> Vec<Row> {
    let (ed, ec, pem) = (keys.read("ed"), keys.read("ec"), keys.read("pem"));
    let row = |report, of, text: String, cause| (report, of, text.into_bytes(), Repaired(cause));
    let indented: String = ed.lines().map(|line| format!("            {line}\n")).collect();
    vec![
        row(
            "openssl/openssl#9610: a bad END line",
            "pem",
            pem.replacen("END EC PRIVATE KEY-----", "END EC PRIVATE KEY---", 1),
            "five dashes",
        ),
        row(
            "webfactory/ssh-agent#240: a key vault puts all on one line",
            "ed",
            ed.replace('\n', ""),
            "on one line",
        ),
        row(
            "webfactory/ssh-agent#114: no newline at the end",
            "ed",
            ed.trim_end().to_owned(),
            "no newline after the last line",
        ),
        row(
            "appleboy/ssh-action#349: blanks instead of newlines",
            "ec",
            ec.replace('\n', " "),
            "on one line",
        ),
        row("deployphp/action#64: Windows line endings", "ed", ed.replace('\n', "\r\n"), "CRLF"),
        row(
            "easingthemes/ssh-deploy#112: the last newline is missing",
            "ec",
            ec.trim_end().to_owned(),
            "no newline",
        ),
        row(
            "github/vscode-github-actions#343: pasted into an input of one line",
            "ed",
            ed.replace('\n', " ").trim_end().to_owned(),
            "on one line",
        ),
        row(
            "github/docs#14207: newlines at the end are cut off",
            "ed",
            ed.trim_end().to_owned(),
            "no newline",
        ),
        row("agebrock/tunnel-ssh#72: trimmed by the script", "ed", ed.trim().to_owned(), "no newline"),
        row("hashicorp/terraform#22252: the indentation of a template", "ed", indented.clone(), "indented"),
        row(
            "terraform-provider-tfe#1224: in a YAML block",
            "ed",
            format!("attributes:\n  key: |\n{indented}"),
            "text before",
        ),
        row("cross-the-world/ssh-pipeline#3: \\n in a string", "ed", ed.replace('\n', "\\n"), "escaped"),
        row(
            "jordischoots in terraform-provider-tls#204: the string of a JSON state",
            "ec",
            format!("{{\"private_key\": \"{}\"}}", ec.replace('\n', "\\n")),
            "escaped",
        ),
        row(
            "grycap/im#880: the key in the source of a program",
            "pem",
            format!("KEY = '''{pem}'''\n"),
            "other text on the BEGIN or END line",
        ),
        row(
            "nazikus in webfactory/ssh-agent#233: a written \\n after the END line",
            "ed",
            format!("{}\\n\n", ed.trim_end()),
            "other text on the BEGIN or END line",
        ),
        row(
            "hashicorp/terraform#21894: as an output shows it",
            "ec",
            format!("key = \"{}\"\n", ec.replace('\n', "\\n")),
            "escaped",
        ),
        row(
            "muniter in linuxserver/davos#40: copied with its fence",
            "ed",
            format!("Private key\n```\n{ed}```\n"),
            "text before",
        ),
        row(
            "the time stamps of a CI log",
            "ed",
            (10..).zip(ed.lines()).map(|(at, line)| format!("2024-05-01T10:00:{at}.123Z {line}\n")).collect(),
            "other characters around",
        ),
        row("copied from cat -A", "ec", ec.replace('\n', "^M$\n"), "other characters around"),
        row(
            "a cell of a table on each line",
            "ed",
            ed.lines().map(|line| format!("| {line} |\n")).collect(),
            "other characters around",
        ),
        row("/n instead of \\n", "ed", ed.replace('\n', "/n"), "something else than newlines"),
        row("joined by semicolons", "pem", pem.replace('\n', ";"), "something else than newlines"),
        row("plus signs that a form lost", "rsa", keys.read("rsa").replace('+', " "), "plus signs"),
        row("URL-encoded twice", "ed", ed.replace(' ', "%2520").replace('\n', "%250A"), "URL-encoded"),
        row("\\x0a in a string", "ed", ed.replace('\n', "\\x0a"), "escaped"),
        row("\\012 in a string", "pem", pem.replace('\n', "\\012"), "escaped"),
        row("entities of HTML", "ec", ec.replace(' ', "&nbsp;").replace('\n', "&#xA;"), "HTML"),
        row("saved as RTF", "ed", format!("{{\\rtf1\\f0 {}}}", ed.replace('\n', "\\par\n")), "RTF"),
        row(
            "echo with each line",
            "ed",
            ed.lines().map(|line| format!("echo \"{line}\" >> key\n")).collect(),
            "other characters around",
        ),
        row(
            "carriage returns in a block of YAML, deployphp/action#64",
            "ed",
            format!("KEY: |\r\n{}", indented.replace('\n', "\r\n")),
            "CRLF",
        ),
    ]
}
