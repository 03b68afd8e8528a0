//! Colours as layers have them: any form of CSS (the Navigator takes what tinycolor takes), read
//! to `#rrggbb`, or `#rrggbbaa` where it is not opaque.

use crate::float::float;

/// The colour in the one form we write; `None` if it is no colour.
pub(super) fn normal(written: &str) -> Option<String> {
    let text = written.trim().to_ascii_lowercase();
    let [red, green, blue, alpha] = digits(text.strip_prefix('#').unwrap_or(&text))
        .or_else(|| named(&text))
        .or_else(|| function(&text))?;
    Some(if alpha == u8::MAX {
        format!("#{red:02x}{green:02x}{blue:02x}")
    } else {
        format!("#{red:02x}{green:02x}{blue:02x}{alpha:02x}")
    })
}

/// 3, 4, 6 or 8 hexadecimal digits.
fn digits(text: &str) -> Option<[u8; 4]> {
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let number = u32::from_str_radix(text, 16).ok()?;
    match text.len() {
        3 | 4 => {
            let number = if text.len() == 3 { number << 4 | 0xf } else { number };
            Some([12, 8, 4, 0].map(|shift| u8::try_from(number >> shift & 0xf).unwrap_or(0) * 17))
        }
        6 => Some((number << 8 | 0xff).to_be_bytes()),
        8 => Some(number.to_be_bytes()),
        _ => None,
    }
}

/// `rgb()`, `hsl()` and `hsv()`, each with or without alpha, its parts separated by commas,
/// blanks or a slash.
fn function(text: &str) -> Option<[u8; 4]> {
    let (name, rest) = text.split_once('(')?;
    let inner = rest.strip_suffix(')')?;
    let mut parts = inner.split([',', ' ', '/', '\t']).filter(|part| !part.is_empty());
    let first = parts.next()?;
    let (second, third) = (parts.next()?, parts.next()?);
    let alpha = match parts.next() {
        None => 1.0,
        Some(part) => part_of(part, 1.0)?,
    };
    if parts.next().is_some() {
        return None;
    }
    let channels = match name.trim_end() {
        "rgb" | "rgba" => [part_of(first, 255.0)?, part_of(second, 255.0)?, part_of(third, 255.0)?],
        "hsl" | "hsla" => {
            let (saturation, light) = (percent(second)?, percent(third)?);
            let value = light + saturation * light.min(1.0 - light);
            let saturation = if value == 0.0 { 0.0 } else { 2.0 * (1.0 - light / value) };
            from_hsv(angle(first)?, saturation, value)
        }
        "hsv" | "hsva" | "hsb" => from_hsv(angle(first)?, percent(second)?, percent(third)?),
        _ => return None,
    };
    let byte = |share: f64| (share.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
    let [red, green, blue] = channels.map(byte);
    Some([red, green, blue, byte(alpha)])
}

/// A number out of `whole`, or a percentage, as a share.
fn part_of(text: &str, whole: f64) -> Option<f64> {
    let share = match text.strip_suffix('%') {
        Some(number) => float(number)? / 100.0,
        None => float(text)? / whole,
    };
    share.is_finite().then(|| share.clamp(0.0, 1.0))
}

/// A percentage, its sign optional; a number up to 1 is a share.
fn percent(text: &str) -> Option<f64> {
    match float(text) {
        Some(number) if number <= 1.0 => part_of(text, 1.0),
        _ => part_of(text, 100.0),
    }
}

/// An angle in degrees, as a share of the circle.
fn angle(text: &str) -> Option<f64> {
    let degrees = float(text.strip_suffix("deg").unwrap_or(text))?;
    degrees.is_finite().then(|| degrees.rem_euclid(360.0) / 360.0)
}

/// <https://www.w3.org/TR/css-color-4/#hsl-to-rgb>, in its form for hue, saturation and value.
fn from_hsv(hue: f64, saturation: f64, value: f64) -> [f64; 3] {
    [5.0, 3.0, 1.0].map(|offset| {
        let k = (offset + hue * 6.0) % 6.0;
        value - value * saturation * k.min(4.0 - k).clamp(0.0, 1.0)
    })
}

fn named(name: &str) -> Option<[u8; 4]> {
    if name == "transparent" {
        return Some([0; 4]);
    }
    let at = NAMES.binary_search_by_key(&name, |(name, _)| name).ok()?;
    let (_, number) = NAMES.get(at)?;
    Some((number << 8 | 0xff).to_be_bytes())
}

/// The named colours of CSS, sorted (<https://www.w3.org/TR/css-color-4/#named-colors>).
#[rustfmt::skip]
const NAMES: [(&str, u32); 148] = [
    ("aliceblue", 0xf0f8ff), ("antiquewhite", 0xfaebd7), ("aqua", 0x00ffff),
    ("aquamarine", 0x7fffd4), ("azure", 0xf0ffff), ("beige", 0xf5f5dc), ("bisque", 0xffe4c4),
    ("black", 0x000000), ("blanchedalmond", 0xffebcd), ("blue", 0x0000ff), ("blueviolet", 0x8a2be2),
    ("brown", 0xa52a2a), ("burlywood", 0xdeb887), ("cadetblue", 0x5f9ea0), ("chartreuse", 0x7fff00),
    ("chocolate", 0xd2691e), ("coral", 0xff7f50), ("cornflowerblue", 0x6495ed),
    ("cornsilk", 0xfff8dc), ("crimson", 0xdc143c), ("cyan", 0x00ffff), ("darkblue", 0x00008b),
    ("darkcyan", 0x008b8b), ("darkgoldenrod", 0xb8860b), ("darkgray", 0xa9a9a9),
    ("darkgreen", 0x006400), ("darkgrey", 0xa9a9a9), ("darkkhaki", 0xbdb76b),
    ("darkmagenta", 0x8b008b), ("darkolivegreen", 0x556b2f), ("darkorange", 0xff8c00),
    ("darkorchid", 0x9932cc), ("darkred", 0x8b0000), ("darksalmon", 0xe9967a),
    ("darkseagreen", 0x8fbc8f), ("darkslateblue", 0x483d8b), ("darkslategray", 0x2f4f4f),
    ("darkslategrey", 0x2f4f4f), ("darkturquoise", 0x00ced1), ("darkviolet", 0x9400d3),
    ("deeppink", 0xff1493), ("deepskyblue", 0x00bfff), ("dimgray", 0x696969), ("dimgrey", 0x696969),
    ("dodgerblue", 0x1e90ff), ("firebrick", 0xb22222), ("floralwhite", 0xfffaf0),
    ("forestgreen", 0x228b22), ("fuchsia", 0xff00ff), ("gainsboro", 0xdcdcdc),
    ("ghostwhite", 0xf8f8ff), ("gold", 0xffd700), ("goldenrod", 0xdaa520), ("gray", 0x808080),
    ("green", 0x008000), ("greenyellow", 0xadff2f), ("grey", 0x808080), ("honeydew", 0xf0fff0),
    ("hotpink", 0xff69b4), ("indianred", 0xcd5c5c), ("indigo", 0x4b0082), ("ivory", 0xfffff0),
    ("khaki", 0xf0e68c), ("lavender", 0xe6e6fa), ("lavenderblush", 0xfff0f5),
    ("lawngreen", 0x7cfc00), ("lemonchiffon", 0xfffacd), ("lightblue", 0xadd8e6),
    ("lightcoral", 0xf08080), ("lightcyan", 0xe0ffff), ("lightgoldenrodyellow", 0xfafad2),
    ("lightgray", 0xd3d3d3), ("lightgreen", 0x90ee90), ("lightgrey", 0xd3d3d3),
    ("lightpink", 0xffb6c1), ("lightsalmon", 0xffa07a), ("lightseagreen", 0x20b2aa),
    ("lightskyblue", 0x87cefa), ("lightslategray", 0x778899), ("lightslategrey", 0x778899),
    ("lightsteelblue", 0xb0c4de), ("lightyellow", 0xffffe0), ("lime", 0x00ff00),
    ("limegreen", 0x32cd32), ("linen", 0xfaf0e6), ("magenta", 0xff00ff), ("maroon", 0x800000),
    ("mediumaquamarine", 0x66cdaa), ("mediumblue", 0x0000cd), ("mediumorchid", 0xba55d3),
    ("mediumpurple", 0x9370db), ("mediumseagreen", 0x3cb371), ("mediumslateblue", 0x7b68ee),
    ("mediumspringgreen", 0x00fa9a), ("mediumturquoise", 0x48d1cc), ("mediumvioletred", 0xc71585),
    ("midnightblue", 0x191970), ("mintcream", 0xf5fffa), ("mistyrose", 0xffe4e1),
    ("moccasin", 0xffe4b5), ("navajowhite", 0xffdead), ("navy", 0x000080), ("oldlace", 0xfdf5e6),
    ("olive", 0x808000), ("olivedrab", 0x6b8e23), ("orange", 0xffa500), ("orangered", 0xff4500),
    ("orchid", 0xda70d6), ("palegoldenrod", 0xeee8aa), ("palegreen", 0x98fb98),
    ("paleturquoise", 0xafeeee), ("palevioletred", 0xdb7093), ("papayawhip", 0xffefd5),
    ("peachpuff", 0xffdab9), ("peru", 0xcd853f), ("pink", 0xffc0cb), ("plum", 0xdda0dd),
    ("powderblue", 0xb0e0e6), ("purple", 0x800080), ("rebeccapurple", 0x663399), ("red", 0xff0000),
    ("rosybrown", 0xbc8f8f), ("royalblue", 0x4169e1), ("saddlebrown", 0x8b4513),
    ("salmon", 0xfa8072), ("sandybrown", 0xf4a460), ("seagreen", 0x2e8b57), ("seashell", 0xfff5ee),
    ("sienna", 0xa0522d), ("silver", 0xc0c0c0), ("skyblue", 0x87ceeb), ("slateblue", 0x6a5acd),
    ("slategray", 0x708090), ("slategrey", 0x708090), ("snow", 0xfffafa), ("springgreen", 0x00ff7f),
    ("steelblue", 0x4682b4), ("tan", 0xd2b48c), ("teal", 0x008080), ("thistle", 0xd8bfd8),
    ("tomato", 0xff6347), ("turquoise", 0x40e0d0), ("violet", 0xee82ee), ("wheat", 0xf5deb3),
    ("white", 0xffffff), ("whitesmoke", 0xf5f5f5), ("yellow", 0xffff00), ("yellowgreen", 0x9acd32),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_css() {
        let cases = [
            ("#F66", "#ff6666"),
            ("f66", "#ff6666"),
            ("#f668", "#ff666688"),
            ("FF6666", "#ff6666"),
            ("#ff6666ff", "#ff6666"),
            ("#ff666680", "#ff666680"),
            (" PaleGoldenrod ", "#eee8aa"),
            ("red", "#ff0000"),
            ("transparent", "#00000000"),
            ("rgb(255, 102, 102)", "#ff6666"),
            ("rgb(100% 40% 40% / 50%)", "#ff666680"),
            ("rgba(255,102,102,0.5)", "#ff666680"),
            ("rgba(999,-4,0,1)", "#ff0000"),
            ("hsl(0, 100%, 70%)", "#ff6666"),
            ("hsl(120deg 100% 25%)", "#008000"),
            ("hsla(240, 100%, 50%, 1)", "#0000ff"),
            ("hsl(-120, 100%, 50%)", "#0000ff"),
            ("hsl(30, 0%, 0%)", "#000000"),
            ("hsv(60, 100%, 100%)", "#ffff00"),
        ];
        for (written, read) in cases {
            assert_eq!(normal(written).as_deref(), Some(read), "{written}");
        }
        for none in [
            "",
            "#",
            "#12",
            "#12345",
            "#ggg",
            "rgb(1,2)",
            "rgb(1,2,3,4,5)",
            "rgb(NaN,0,0)",
            "url(x)",
            "javascript:x",
            "reddish",
            "hsl(inf,0%,0%)",
            "+ff",
        ] {
            assert_eq!(normal(none), None, "{none}");
        }
    }

    #[test]
    fn the_names_are_sorted() {
        assert!(NAMES.is_sorted());
    }
}
