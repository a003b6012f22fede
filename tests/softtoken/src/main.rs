//! A FIDO2 token in software behind a Unix socket that carries the reports of `/dev/hidraw*`: 65 bytes in, 64 out.
//!
//! The authenticator is that of Solo 2 and Nitrokey 3 (`fido-authenticator`). Tests only: its random numbers are not.
//!
//! Usage: `softtoken SOCKET FLASH [PIN]`. FLASH is the file of its flash, made if it does not exist. A PIN is set if
//! there is none. `SOFTTOKEN_TOUCH=never` lets each wait for a touch time out, after `SOFTTOKEN_WAIT` milliseconds (200).

mod pin;
mod reports;

use std::{env, os::unix::net::UnixListener, path::PathBuf, time::Duration};

use ctaphid_app::{App, Command};
use fido_authenticator::{Authenticator, Config, Conforming};
use heapless_bytes::Bytes;
use trussed::{
    backend::BackendId,
    platform::{Platform as _, UserInterface},
    types::ui::Status,
    virt::{StorageConfig, StoreConfig, with_platform},
};
use trussed_core::types::{consent::Level, reboot::To};
use trussed_staging::virt::{BackendIds, Dispatcher};

/// Who touches the token, or never does.
struct Finger(bool);

impl UserInterface for Finger {
    fn check_user_presence(&mut self) -> Level {
        if self.0 { Level::Normal } else { Level::None }
    }
    fn set_status(&mut self, _: Status) {}
    fn refresh(&mut self) {}
    fn uptime(&mut self) -> Duration {
        Duration::ZERO
    }
    fn reboot(&mut self, _: To) -> ! {
        std::process::exit(0)
    }
    fn wink(&mut self, _: Duration) {}
}

fn config(wait: u32) -> Config {
    Config {
        max_msg_size: 3072,
        skip_up_timeout: None,
        max_resident_credential_count: Some(20),
        large_blobs: None,
        nfc_transport: false,
        ccid_transport: false,
        firmware_version: None,
        credential_id_version: None,
        long_touch_for_reset: false,
        fido2_up_timeout: Some(wait),
    }
}

const BACKENDS: &[BackendId<BackendIds>] = &[BackendId::Custom(BackendIds::StagingBackend), BackendId::Core];

fn main() {
    let mut arguments = env::args().skip(1);
    let (Some(socket), Some(flash)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: softtoken SOCKET FLASH [PIN]");
        std::process::exit(2);
    };
    let pin = arguments.next();
    let store = StoreConfig {
        internal: StorageConfig::filesystem(PathBuf::from(flash)),
        external: StorageConfig::ram(),
        volatile: StorageConfig::ram(),
    };
    let touch = env::var("SOFTTOKEN_TOUCH").as_deref() != Ok("never");
    let wait = env::var("SOFTTOKEN_WAIT").ok().and_then(|wait| wait.parse().ok()).unwrap_or(200);
    with_platform(store, |mut platform| {
        platform.user_interface().set_inner(Box::new(Finger(touch)));
        platform.run_client_with_backends("fido", Dispatcher::default(), BACKENDS, |client| {
            let mut authenticator = Authenticator::new(client, Conforming {}, config(wait));
            let mut call = |request: &[u8]| {
                let mut response = Bytes::<3072>::new();
                match authenticator.call(Command::Cbor, request, response.as_mut_view()) {
                    Ok(()) => response.to_vec(),
                    Err(_) => vec![0x01],
                }
            };
            if let Some(pin) = pin {
                pin::set(&mut call, &pin);
            }
            let _ = std::fs::remove_file(&socket);
            let listener = UnixListener::bind(&socket).expect("the socket");
            for peer in listener.incoming().flatten() {
                // A client that goes away ends its connection, not the token.
                let _ = reports::serve(peer, &mut call);
            }
        });
    });
}
