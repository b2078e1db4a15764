//! Numbers: JSON's grammar, rounded to the nearest double exactly, without the tables that the standard library needs.

use crate::invariant::held;

/// The largest power of ten that is a double without rounding, and all below are.
const EXACT_POWER: i64 = 22;
/// Integers up to here are doubles without rounding.
const MANTISSA: u64 = 1 << 53;
/// The first bit of a mantissa, which a double does not store.
const IMPLIED: u64 = 1 << 52;
/// More digits than this cannot change a double, but for whether any of them is not zero.
const DIGITS: usize = 800;

/// A text that is a JSON number and nothing else.
pub(crate) fn parse(text: &[u8]) -> Option<f64> {
    read(text).filter(|(_, length)| *length == text.len()).map(|(number, _)| number)
}

/// The JSON number that the bytes begin with, and its length. None where there is none, or none that a double can hold.
pub(super) fn read(bytes: &[u8]) -> Option<(f64, usize)> {
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    let digits_from = at;
    let mut mantissa = 0u64;
    let mut overflow = false;
    let mut digits = |at: &mut usize| {
        let start = *at;
        while let Some(digit @ b'0'..=b'9') = bytes.get(*at) {
            let next = mantissa.checked_mul(10).and_then(|m| m.checked_add(u64::from(digit & 15)));
            overflow |= next.is_none();
            mantissa = next.unwrap_or(mantissa);
            *at = at.saturating_add(1);
        }
        at.saturating_sub(start)
    };
    let whole = digits(&mut at);
    if whole == 0 || (whole > 1 && bytes.get(digits_from) == Some(&b'0')) {
        return None;
    }
    let mut fraction = 0;
    if bytes.get(at) == Some(&b'.') {
        at = at.saturating_add(1);
        fraction = digits(&mut at);
        if fraction == 0 {
            return None;
        }
    }
    let digits_to = at;
    let mut exponent = 0i64;
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at = at.saturating_add(1);
        let sign = bytes.get(at).copied();
        at = at.saturating_add(usize::from(matches!(sign, Some(b'-' | b'+'))));
        let start = at;
        while let Some(digit @ b'0'..=b'9') = bytes.get(at) {
            exponent = exponent.saturating_mul(10).saturating_add(i64::from(digit & 15)).min(1_000_000_000);
            at = at.saturating_add(1);
        }
        if at == start {
            return None;
        }
        if sign == Some(b'-') {
            exponent = exponent.saturating_neg();
        }
    }
    let exponent = exponent.saturating_sub(i64::try_from(fraction).ok()?);
    #[expect(clippy::cast_precision_loss, reason = "at most 53 bits here")]
    let magnitude = match mantissa {
        0 if !overflow => 0.0,
        // Both factors are exact, so one rounding is all there is (Clinger 1990).
        ..=MANTISSA if !overflow && exponent.abs() <= EXACT_POWER => {
            let power = (0..exponent.abs()).fold(1.0, |power, _| power * 10.0);
            if exponent < 0 { mantissa as f64 / power } else { mantissa as f64 * power }
        }
        _ => exact(bytes.get(digits_from..digits_to)?, exponent),
    };
    let number = if digits_from == 1 { -magnitude } else { magnitude };
    number.is_finite().then_some((number, at))
}

/// The double nearest to the digits (a point among them is skipped) times ten to the exponent, in whole numbers of any
/// length: 5^e is multiplied or divided in, 2^e goes to the binary exponent.
fn exact(digits: &[u8], mut exponent: i64) -> f64 {
    let mut big: Vec<u32> = Vec::new();
    let mut inexact = false;
    let significant = digits.iter().filter(|digit| **digit != b'.').skip_while(|digit| **digit == b'0');
    for (index, digit) in significant.enumerate() {
        if index < DIGITS {
            multiply_add(&mut big, 10, u32::from(digit & 15));
        } else {
            inexact |= *digit != b'0';
            exponent = exponent.saturating_add(1);
        }
    }
    if exponent > 400 {
        return f64::INFINITY;
    }
    if exponent < -1_500 {
        return 0.0;
    }
    let mut scale = exponent;
    if exponent >= 0 {
        for power in fives(exponent.unsigned_abs()) {
            multiply_add(&mut big, power, 0);
        }
    } else {
        // 5^-e has fewer than 2.33 bits for each e: shifted up by 2.5 and 96 more, the quotient keeps over 64 bits.
        let down = exponent.unsigned_abs();
        let limbs = down.saturating_mul(5).div_ceil(64).saturating_add(3);
        scale = scale.saturating_sub_unsigned(limbs.saturating_mul(32));
        for _ in 0..limbs {
            big.insert(0, 0);
        }
        for power in fives(down) {
            inexact |= divide(&mut big, power) != 0;
        }
    }
    round(&big, scale, inexact)
}

/// Powers of five whose product is 5^exponent, each as large as 32 bits hold.
fn fives(exponent: u64) -> impl Iterator<Item = u32> {
    const MOST: u64 = 13;
    let last = u32::try_from(exponent % MOST).unwrap_or_default();
    (0..exponent / MOST).map(|_| 1_220_703_125).chain(Some(5u32.wrapping_pow(last)))
}

/// big = big * factor + carry, little end first.
fn multiply_add(big: &mut Vec<u32>, factor: u32, mut carry: u32) {
    for limb in big.iter_mut() {
        let product = u64::from(*limb).wrapping_mul(u64::from(factor)).wrapping_add(u64::from(carry));
        (*limb, carry) = halves(product);
    }
    if carry != 0 {
        big.push(carry);
    }
}

/// big = big / divisor; gives the rest.
fn divide(big: &mut [u32], divisor: u32) -> u32 {
    let mut rest = 0;
    for limb in big.iter_mut().rev() {
        let value = u64::from(rest) << 32 | u64::from(*limb);
        *limb = halves(held(value.checked_div(u64::from(divisor)))).0;
        rest = halves(held(value.checked_rem(u64::from(divisor)))).0;
    }
    rest
}

/// The low and the high half.
fn halves(value: u64) -> (u32, u32) {
    (u32::try_from(value & u64::from(u32::MAX)).unwrap_or_default(), u32::try_from(value >> 32).unwrap_or_default())
}

/// The double nearest to big × 2^scale, ties to even; `inexact` says that a little more is there.
fn round(big: &[u32], scale: i64, mut inexact: bool) -> f64 {
    let length = big.len().saturating_sub(big.iter().rev().take_while(|limb| **limb == 0).count());
    let (low, high) = big.split_at_checked(length.saturating_sub(3)).unwrap_or_default();
    inexact |= low.iter().any(|limb| *limb != 0);
    let top = high.iter().rev().fold(0u128, |top, limb| top << 32 | u128::from(*limb));
    if top == 0 {
        return 0.0;
    }
    let lead = top.leading_zeros();
    let top = top << lead;
    let limbs = i64::try_from(low.len()).unwrap_or_default();
    let exponent = scale.saturating_add(limbs.saturating_mul(32)).saturating_sub(i64::from(lead)).saturating_add(64);
    inexact |= top & u128::from(u64::MAX) != 0;
    let top = u64::try_from(top >> 64).unwrap_or_default();
    // Now the value is top × 2^exponent with the top bit set; a double's last bit is worth 2^-1074 at least.
    let drop = 11i64.max((-1_074i64).saturating_sub(exponent));
    if drop > 64 {
        return 0.0;
    }
    let drop = u32::try_from(drop).unwrap_or(64);
    let kept = top.checked_shr(drop).unwrap_or_default();
    let half = 1u64 << drop.saturating_sub(1);
    let tail = top & (half << 1).wrapping_sub(1);
    let up = tail > half || (tail == half && (inexact || kept & 1 == 1));
    let kept = kept.saturating_add(u64::from(up));
    let exponent = exponent.saturating_add(i64::from(drop));
    // 53 bits of mantissa, the first of which is implied; one carried out of them is the next exponent by itself.
    let bits = match u64::try_from(exponent.saturating_add(1_075)) {
        Ok(biased @ ..2_047) if kept >= IMPLIED => (biased << 52).wrapping_add(kept.wrapping_sub(IMPLIED)),
        Ok(2_047..) => return f64::INFINITY,
        _ => kept,
    };
    f64::from_bits(bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bits(text: &str) -> Option<u64> {
        parse(text.as_bytes()).map(f64::to_bits)
    }

    #[test]
    fn hard_ones() {
        for text in [
            "0",
            "-0",
            "1",
            "0.1",
            "1e22",
            "1e23",
            "9007199254740993",
            "9007199254740992.5",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "4.9e-324",
            "5e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "1e-400",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "123456789012345678901234567890",
            "0.30000000000000004",
            "18446744073709551616",
            "1e-308",
            "6.02214076e23",
            "0.000000000000000000000000000000000000000000001e45",
        ] {
            assert_eq!(bits(text), text.parse::<f64>().ok().map(f64::to_bits), "{text}");
        }
        assert_eq!(bits("1.7976931348623159e308"), None);
        assert_eq!(bits("1e99999999999999999999"), None);
        assert_eq!(bits("0e99999999999999999999"), Some(0));
        let halfway = "1".to_owned() + &"0".repeat(30) + "." + &"0".repeat(900) + "1";
        assert_eq!(bits(&halfway), Some(1e30f64.to_bits()));
        let tie = "9007199254740993.".to_owned() + &"0".repeat(1000);
        assert_eq!(bits(&tie), Some(9_007_199_254_740_992f64.to_bits()));
        assert_eq!(bits(&(tie + "1")), Some(9_007_199_254_740_994f64.to_bits()));
    }

    proptest! {
        #[test]
        fn every_double_comes_back(number in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
            prop_assert_eq!(bits(&format!("{number:e}")), Some(number.to_bits()));
        }

        #[test]
        fn rounds_as_the_standard_library(text in "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?") {
            let theirs = text.parse::<f64>().ok().filter(|n| n.is_finite());
            prop_assert_eq!(bits(&text), theirs.map(f64::to_bits));
        }
    }
}
