//! What the tokens of a library are and can do.

use cryptoki::mechanism::MechanismType;

use super::{Library, Token};
use crate::device::pkcs11::{KeyReport, PinState, TokenReport};

impl Library {
    pub(super) fn report_of(&self, number: usize) -> TokenReport {
        let token = &self.tokens[number];
        let mechanisms = self.context.get_mechanism_list(token.slot).unwrap_or_default();
        let keys = self.keys_of(number).into_iter().map(|key| KeyReport {
            id: key.place.id.clone(),
            signs: mechanisms.contains(&match key.public.algorithm().short_name() {
                "rsa" => MechanismType::RSA_PKCS,
                "ecdsa" => MechanismType::ECDSA,
                _ => MechanismType::EDDSA,
            }),
            key,
        });
        let info = &token.info;
        TokenReport {
            label: info.label().trim_end().to_owned(),
            model: format!("{} {}", info.manufacturer_id().trim_end(), info.model().trim_end()),
            serial: info.serial_number().trim_end().to_owned(),
            pin: token.pin_state(),
            keys: keys.collect(),
        }
    }
}

impl Token {
    fn pin_state(&self) -> PinState {
        let info = &self.info;
        match () {
            () if !info.login_required() => PinState::NotNeeded,
            () if info.user_pin_locked() => PinState::Locked,
            () if !info.user_pin_initialized() => PinState::NotSet,
            () if info.user_pin_final_try() => PinState::LastTry,
            () if info.user_pin_count_low() => PinState::FewTries,
            () => PinState::Needed,
        }
    }
}
