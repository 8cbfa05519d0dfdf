//! The modes and the bits of socket options.

use anteroom_core::{SocketOptions, rules};

#[test]
fn each_set_of_access_options_has_its_mode() {
    let modes = [
        (0x0, None),
        (0x1, Some(0o700)),
        (0x2, Some(0o070)),
        (0x3, Some(0o770)),
        (0x4, Some(0o007)),
        (0x5, Some(0o707)),
        (0x6, Some(0o077)),
        (0x7, Some(0o777)),
    ];
    for (bits, mode) in modes {
        let options = SocketOptions::from_bits(bits).expect("known bits");
        assert_eq!(rules::mode(options), mode, "{options:?}");
    }
}

#[test]
fn the_option_for_abstract_names_does_not_change_the_mode() {
    for access in 0..8 {
        let options = SocketOptions::from_bits(access).expect("known bits");
        let with_abstract = options | SocketOptions::ABSTRACT;

        assert_eq!(rules::mode(with_abstract), rules::mode(options));
        assert_eq!(with_abstract.access(), options);
    }
}

#[test]
fn the_options_have_the_documented_bits() {
    let numbers = [
        (SocketOptions::empty(), 0x0),
        (SocketOptions::USER, 0x1),
        (SocketOptions::GROUP, 0x2),
        (SocketOptions::OTHER, 0x4),
        (SocketOptions::WORLD, 0x7),
        (SocketOptions::ABSTRACT, 0x8),
    ];
    for (options, number) in numbers {
        assert_eq!(options.bits(), number);
    }
}
