//! Numbers: JSON's grammar, rounded to the nearest double exactly, without the tables that the standard library needs,
//! in time that is linear in the digits.

use super::digits::Digits;

/// The largest power of ten that is a double without rounding, and all below are.
const EXACT_POWER: i64 = 22;
/// Integers up to here are doubles without rounding.
const MANTISSA: u64 = 1 << 53;
/// The first bit of a mantissa, which a double does not store.
const IMPLIED: u64 = 1 << 52;
/// Below this one more digit fits 64 bits, whatever it is: 19 digits in all.
const SHORT: u64 = 1_000_000_000_000_000_000;

/// A text that is a JSON number and nothing else.
pub(crate) fn parse(text: &[u8]) -> Option<f64> {
    read(text).filter(|(_, length)| *length == text.len()).map(|(number, _)| number)
}

/// The JSON number that the bytes begin with, and its length. None where there is none, or none that a double can hold.
pub(super) fn read(bytes: &[u8]) -> Option<(f64, usize)> {
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    let digits_from = at;
    // The first 19 significant digits, how many more there are, and whether any of those is not zero.
    let (mut first, mut dropped, mut inexact) = (0u64, 0i64, false);
    let mut digits = |at: &mut usize| {
        let start = *at;
        while let Some(digit @ b'0'..=b'9') = bytes.get(*at) {
            let digit = digit & 15;
            if first < SHORT {
                first = first.wrapping_mul(10).wrapping_add(u64::from(digit));
            } else {
                dropped = dropped.wrapping_add(1);
                inexact |= digit != 0;
            }
            *at = at.wrapping_add(1);
        }
        at.wrapping_sub(start)
    };
    let whole = digits(&mut at);
    if whole == 0 || (whole > 1 && bytes.get(digits_from) == Some(&b'0')) {
        return None;
    }
    let mut fraction = 0;
    if bytes.get(at) == Some(&b'.') {
        at = at.wrapping_add(1);
        fraction = digits(&mut at);
        if fraction == 0 {
            return None;
        }
    }
    let digits_to = at;
    let mut exponent = 0i64;
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at = at.wrapping_add(1);
        let sign = bytes.get(at).copied();
        at = at.wrapping_add(usize::from(matches!(sign, Some(b'-' | b'+'))));
        let start = at;
        while let Some(digit @ b'0'..=b'9') = bytes.get(at) {
            exponent = exponent.wrapping_mul(10).wrapping_add(i64::from(digit & 15)).min(1_000_000_000);
            at = at.wrapping_add(1);
        }
        if at == start {
            return None;
        }
        if sign == Some(b'-') {
            exponent = exponent.wrapping_neg();
        }
    }
    let exponent = exponent.wrapping_sub(i64::try_from(fraction).ok()?);
    let digits = Digits { text: bytes.get(digits_from..digits_to)?, exponent };
    let magnitude = nearest(first, exponent.wrapping_add(dropped), inexact, &digits);
    let number = if digits_from == 1 { -magnitude } else { magnitude };
    number.is_finite().then_some((number, at))
}

/// The double nearest to first × 10^exponent, ties to even; if that is `inexact`, the number is up to 10^exponent
/// more. In the rare case that 128 bits do not decide the rounding, all of the digits do.
#[expect(clippy::cast_precision_loss, reason = "at most 53 bits here")]
fn nearest(first: u64, exponent: i64, inexact: bool, digits: &Digits<'_>) -> f64 {
    // Both factors are exact, so one rounding is all there is (Clinger 1990).
    if first <= MANTISSA && !inexact && exponent.unsigned_abs() <= EXACT_POWER.unsigned_abs() {
        let power = (0..exponent.abs()).fold(1.0, |power, _| power * 10.0);
        return if exponent < 0 { first as f64 / power } else { first as f64 * power };
    }
    // 10^19 at most, or 1 at least, times a power of ten that no double is as small or as large as.
    if first == 0 || exponent < -343 {
        return 0.0;
    }
    if exponent > 309 {
        return f64::INFINITY;
    }
    let lead = first.leading_zeros();
    let power = Power::of_five(exponent);
    let product = power.times(Power {
        top: u128::from(first << lead) << 64,
        exponent: exponent.wrapping_sub(64).wrapping_sub(i64::from(lead)),
    });
    // The last digit of `first` is 19 digits from its beginning, so `lead` is small if there are more.
    let error = if inexact { ERROR.wrapping_add(power.top >> 63u32.wrapping_sub(lead)) } else { ERROR };
    // A double has 53 bits, and its last is worth 2^-1074 at least.
    let drop = 75i64.max((-1_074i64).wrapping_sub(product.exponent));
    let (top, bits) = match drop {
        ..=128 => (product.top, drop as u32),
        129 => (product.top >> 1, 128),
        _ => return 0.0,
    };
    let low = Double {
        mantissa: top.checked_shr(bits).unwrap_or_default() as u64,
        exponent: product.exponent.wrapping_add(drop),
    };
    let half = 1u128 << bits.wrapping_sub(1);
    let tail = top & (half | half.wrapping_sub(1));
    let is_below = tail.saturating_add(error) < half;
    low.rounded(tail > half || (!is_below && digits.round_up(low.mantissa, low.exponent)))
}

/// A number a little below the real one: top × 2^exponent, where `top` has its highest bit set.
#[derive(Clone, Copy)]
struct Power {
    top: u128,
    exponent: i64,
}

/// The largest error of the product of a power of five and a 64-bit number, in units of the last of its 128
/// bits: a multiplication loses at most 6 and adds what its factors lack, which up to 5^-343 makes 343 × 7, and the
/// last product a few more.
const ERROR: u128 = 1 << 13;

impl Power {
    /// 5^exponent.
    fn of_five(exponent: i64) -> Self {
        let mut square = Self { top: 5 << 125, exponent: -125 };
        if exponent < 0 {
            square = Self { top: 0xcccc_cccc_cccc_cccc_cccc_cccc_cccc_cccc, exponent: -130 };
        }
        let mut power = Self { top: 1 << 127, exponent: -127 };
        let mut left = exponent.unsigned_abs();
        while left > 0 {
            if left & 1 == 1 {
                power = power.times(square);
            }
            square = square.times(square);
            left >>= 1;
        }
        power
    }

    fn times(self, other: Self) -> Self {
        let halves = |top: u128| (top >> 64, top & u128::from(u64::MAX));
        let ((a, b), (c, d)) = (halves(self.top), halves(other.top));
        // The high half of the product, without what the low halves carry into it.
        let high = a.wrapping_mul(c).wrapping_add(a.wrapping_mul(d) >> 64).wrapping_add(b.wrapping_mul(c) >> 64);
        let lead = high.leading_zeros();
        let exponent = self.exponent.wrapping_add(other.exponent).wrapping_add(128);
        Self { top: high << lead, exponent: exponent.wrapping_sub(i64::from(lead)) }
    }
}

/// mantissa × 2^exponent: at most 53 bits, and all 53 of them unless the exponent is the least, -1074.
struct Double {
    mantissa: u64,
    exponent: i64,
}

impl Double {
    /// Itself or the next one.
    fn rounded(&self, up: bool) -> f64 {
        let kept = self.mantissa.wrapping_add(u64::from(up));
        // One carried out of the mantissa is the next exponent by itself.
        f64::from_bits(match u64::try_from(self.exponent.wrapping_add(1_075)) {
            Ok(biased @ ..2_047) if kept >= IMPLIED => (biased << 52).wrapping_add(kept.wrapping_sub(IMPLIED)),
            Ok(2_047..) => return f64::INFINITY,
            _ => kept,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bits(text: &str) -> Option<u64> {
        parse(text.as_bytes()).map(f64::to_bits)
    }

    #[test]
    fn difficult_numbers() {
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

    /// The exact decimal expansion of a double that is not negative: its digits, the point after the first `whole`.
    fn expanded(number: f64) -> (Vec<u8>, usize) {
        let text = format!("{number:.1080}");
        let whole = text.find('.').unwrap();
        (text.bytes().filter(|byte| *byte != b'.').map(|byte| byte - b'0').collect(), whole)
    }

    /// Returns the digits of the number exactly between a double and the next one.
    fn between(number: f64) -> String {
        let (a, b) = (expanded(number), expanded(number.next_up()));
        let pad = |(digits, whole): &(Vec<u8>, usize)| [vec![0; b.1 - whole], digits.clone()].concat();
        let (mut sum, mut carry) = (Vec::new(), 0);
        for (a, b) in pad(&a).iter().rev().zip(pad(&b).iter().rev()) {
            sum.push((a + b + carry) % 10);
            carry = (a + b + carry) / 10;
        }
        let (mut half, mut rest) = (String::new(), carry);
        for (index, digit) in sum.iter().rev().chain(&[0]).enumerate() {
            if index == b.1 {
                half.push('.');
            }
            half.push(char::from(b'0' + (rest * 10 + digit) / 2));
            rest = (rest * 10 + digit) % 2;
        }
        let trimmed = half.trim_start_matches('0');
        if trimmed.starts_with('.') { format!("0{trimmed}") } else { trimmed.to_owned() }
    }

    fn agrees(text: &str) -> Result<(), TestCaseError> {
        let theirs = text.parse::<f64>().ok().filter(|n| n.is_finite());
        prop_assert_eq!(bits(text), theirs.map(f64::to_bits), "{}", text);
        Ok(())
    }

    #[test]
    fn halfway_at_the_ends_of_the_range() {
        for number in [0.0, 5e-324, 1e-323, 2.225073858507201e-308, f64::MIN_POSITIVE, 1.0, f64::MAX.next_down()] {
            let half = between(number);
            for text in [format!("{half}1"), half.trim_end_matches('0').trim_end_matches('.').to_owned(), half] {
                agrees(&text).unwrap();
            }
        }
    }

    #[test]
    fn any_length_takes_linear_time() {
        // A quadratic reader would not finish.
        let zeros = "0".repeat(2_000_000);
        for (text, expected) in [
            (format!("1{zeros}e-2000000"), Some(1.0)),
            (format!("0.{zeros}1e2000001"), Some(1.0)),
            (format!("1.{zeros}1"), Some(1.0)),
            (format!("1{zeros}"), None),
            (format!("0.{zeros}1"), Some(0.0)),
            (format!("1e-{zeros}1"), Some(0.1)),
            ("9".repeat(2_000_000) + "e-2000000", Some(1.0)),
        ] {
            assert_eq!(parse(text.as_bytes()), expected);
        }
    }

    proptest! {
        #[test]
        fn every_double_survives_writing(number in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
            prop_assert_eq!(bits(&format!("{number:e}")), Some(number.to_bits()));
        }

        #[test]
        fn rounds_like_the_standard_library(text in "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?") {
            agrees(&text)?;
        }

        #[test]
        fn rounds_like_the_standard_library_at_the_ends_of_the_range(text in "[1-9][0-9]{0,21}(\\.[0-9]{1,800})?e-(29|3[0-4])[0-9]") {
            agrees(&text)?;
        }

        #[test]
        fn rounds_like_the_standard_library_near_halfway(number in any::<f64>(), cut in 17usize..1_100, digit in 0u32..10) {
            let number = number.abs();
            prop_assume!(number.next_up().is_finite());
            let half = between(number);
            let point = half.find('.').unwrap();
            let exact = half.trim_end_matches('0');
            agrees(&half)?;
            agrees(exact.trim_end_matches('.'))?;
            agrees(&format!("{half}{digit}"))?;
            let first = half.find(|digit| matches!(digit, '1'..='9')).unwrap();
            let end = (first + cut).max(point + 2).min(half.len());
            agrees(&half[..end])?;
            agrees(&format!("{}{digit}", &half[..end]))?;
            // The same digits as a whole number, or behind the point, and an exponent.
            let digits: String = half[..end].chars().filter(|digit| *digit != '.').collect();
            let digits = digits.trim_start_matches('0');
            let places = end - point - 1;
            agrees(&format!("{digits}e-{places}"))?;
            agrees(&format!("0.{digits}e{}", i64::try_from(digits.len()).unwrap() - i64::try_from(places).unwrap()))?;
        }
    }
}
