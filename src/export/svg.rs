//! A scene as SVG: shapes, text and a logo as data, no script, no reference to anything outside.

use crate::heatmap::font::FAMILY;
use crate::heatmap::{Anchor, Mark, Rgb, Scene};
use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

/// The two fonts as WOFF2, for pictures that carry them: those of `public/font`.
#[derive(Clone, Copy, Debug)]
pub struct Fonts<'a> {
    /// Weight 400.
    pub regular: &'a [u8],
    /// Weight 600.
    pub semibold: &'a [u8],
}

/// The fonts, for the command. The page fetches them when it first needs them.
#[cfg(feature = "cli")]
pub const FONTS: Fonts<'static> = Fonts {
    regular: include_bytes!("../../public/font/CoverlaySans-Regular.woff2"),
    semibold: include_bytes!("../../public/font/CoverlaySans-Semibold.woff2"),
};

/// Writes a scene. With `fonts` the picture carries them (about 30 kB more) and looks the same
/// everywhere; without, a reader that does not have them takes its sans-serif, which may be a
/// little wider than its room.
pub fn write(scene: &Scene, fonts: Option<Fonts<'_>>) -> String {
    let mut svg = String::with_capacity(4096 + scene.marks.len() * 120);
    // Writing to a string cannot fail.
    let _ = write_scene(&mut svg, scene, fonts);
    svg
}

fn write_scene(svg: &mut String, scene: &Scene, fonts: Option<Fonts<'_>>) -> std::fmt::Result {
    let (w, h) = (Number(scene.width), Number(scene.height));
    writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" font-family="'{FAMILY}', sans-serif">"#
    )?;
    writeln!(svg, "<title>{}</title>", Escaped(&scene.title))?;
    writeln!(svg, "<desc>{}</desc>", Escaped(&scene.description))?;
    if let Some(fonts) = fonts {
        svg.push_str("<style>\n");
        for (weight, bytes) in [(400, fonts.regular), (600, fonts.semibold)] {
            let data = Base64Display::new(bytes, &STANDARD);
            writeln!(
                svg,
                r#"@font-face{{font-family:"{FAMILY}";font-weight:{weight};src:url(data:font/woff2;base64,{data}) format("woff2")}}"#
            )?;
        }
        svg.push_str("</style>\n");
    }
    writeln!(svg, r#"<rect width="{w}" height="{h}" fill="{}"/>"#, scene.background)?;
    for mark in &scene.marks {
        write_mark(svg, mark, scene.scale)?;
    }
    svg.push_str("</svg>\n");
    Ok(())
}

fn write_mark(svg: &mut String, mark: &Mark, scale: f64) -> std::fmt::Result {
    match mark {
        Mark::Rect { x, y, w, h, fill, stroke, radius, dashed } => {
            // SVG centres an outline on the edge; ours lies inside.
            let inset =
                if stroke.is_some() { (scale / 2.0).min(w / 2.0).min(h / 2.0) } else { 0.0 };
            write!(
                svg,
                r#"<rect x="{}" y="{}" width="{}" height="{}""#,
                Number(x + inset),
                Number(y + inset),
                Number(w - 2.0 * inset),
                Number(h - 2.0 * inset)
            )?;
            let radius = (radius - inset).max(0.0);
            if radius > 0.0 {
                write!(svg, r#" rx="{}""#, Number(radius))?;
            }
            write_fill(svg, *fill)?;
            if let Some(stroke) = stroke {
                write!(svg, r#" stroke="{stroke}" stroke-width="{}""#, Number(2.0 * inset))?;
            }
            if *dashed {
                write!(svg, r#" stroke-dasharray="{0} {0}""#, Number(3.0 * scale))?;
            }
            svg.push_str("/>\n");
        }
        Mark::Text { x, y, size, bold, anchor, fill, text } => {
            let weight = if *bold { r#" font-weight="600""# } else { "" };
            let anchor = match anchor {
                Anchor::Start => "",
                Anchor::Middle => r#" text-anchor="middle""#,
                Anchor::End => r#" text-anchor="end""#,
            };
            writeln!(
                svg,
                r#"<text x="{}" y="{}" font-size="{}"{weight}{anchor} fill="{fill}">{}</text>"#,
                Number(*x),
                Number(*y),
                Number(*size),
                Escaped(text)
            )?;
        }
        Mark::Line { x1, y1, x2, y2, stroke, width } => writeln!(
            svg,
            r#"<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{stroke}" stroke-width="{}"/>"#,
            Number(*x1),
            Number(*y1),
            Number(*x2),
            Number(*y2),
            Number(*width)
        )?,
        Mark::Path { points, fill, stroke } => {
            svg.push_str(r#"<path d=""#);
            for (at, (x, y)) in points.iter().enumerate() {
                let verb = if at == 0 { 'M' } else { 'L' };
                write!(svg, "{verb}{} {}", Number(*x), Number(*y))?;
            }
            svg.push_str(if fill.is_some() { "Z\"" } else { "\"" });
            write_fill(svg, *fill)?;
            if let Some((stroke, width)) = stroke {
                write!(svg, r#" stroke="{stroke}" stroke-width="{}""#, Number(*width))?;
            }
            svg.push_str("/>\n");
        }
        Mark::Image { x, y, w, h, image } => writeln!(
            svg,
            r#"<image x="{}" y="{}" width="{}" height="{}" preserveAspectRatio="none" href="data:{};base64,{}"/>"#,
            Number(*x),
            Number(*y),
            Number(*w),
            Number(*h),
            image.kind().media_type(),
            Base64Display::new(image.bytes(), &STANDARD)
        )?,
    }
    Ok(())
}

fn write_fill(svg: &mut String, fill: Option<Rgb>) -> std::fmt::Result {
    match fill {
        Some(fill) => write!(svg, r#" fill="{fill}""#),
        None => svg.write_str(r#" fill="none""#),
    }
}

/// A length with at most two decimals: finer than any screen, and the same text everywhere.
struct Number(f64);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rounded = (self.0 * 100.0).round() / 100.0;
        // Adding 0 turns -0 into 0.
        write!(f, "{}", rounded + 0.0)
    }
}

/// Text between tags. Characters that XML forbids are gone before ([`crate::heatmap::wording`]).
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene(marks: Vec<Mark>) -> Scene {
        Scene {
            width: 100.0,
            height: 50.0,
            background: Rgb::WHITE,
            title: "a < b".to_owned(),
            description: String::new(),
            marks,
            cells: Vec::new(),
            scale: 1.0,
        }
    }

    #[test]
    fn numbers_are_short() {
        let text = |number| Number(number).to_string();
        assert_eq!(text(1.0 / 3.0), "0.33");
        assert_eq!(
            (text(34.0), text(-0.001), text(-1.5)),
            ("34".into(), "0".into(), "-1.5".into())
        );
    }

    #[test]
    fn text_cannot_become_markup() {
        let svg = write(
            &scene(vec![Mark::Text {
                x: 0.0,
                y: 9.0,
                size: 10.0,
                bold: false,
                anchor: Anchor::Start,
                fill: Rgb::BLACK,
                text: "</text><script>alert(\"1\")</script>&amp;".to_owned(),
            }]),
            None,
        );
        assert!(svg.contains("a &lt; b"));
        assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;alert(&quot;1&quot;)"));
        assert!(svg.contains("&amp;amp;"));
    }

    #[test]
    fn outlines_lie_inside() {
        let rect = |w| Mark::Rect {
            x: 10.0,
            y: 10.0,
            w,
            h: 20.0,
            fill: None,
            stroke: Some(Rgb::BLACK),
            radius: 2.0,
            dashed: true,
        };
        let svg = write(&scene(vec![rect(30.0)]), None);
        assert!(svg.contains(
            r##"<rect x="10.5" y="10.5" width="29" height="19" rx="1.5" fill="none" stroke="#000000" stroke-width="1" stroke-dasharray="3 3"/>"##
        ));
        // One so narrow that its outline is all of it.
        assert!(write(&scene(vec![rect(0.4)]), None).contains(r#"x="10.2" y="10.2" width="0""#));
    }

    #[cfg(feature = "cli")]
    #[test]
    fn a_picture_may_carry_its_fonts() {
        let svg = write(&scene(Vec::new()), Some(FONTS));
        assert_eq!(svg.matches("@font-face").count(), 2);
        // "wOF2" in base64.
        assert_eq!(svg.matches("base64,d09GM").count(), 2);
        assert_eq!(svg.matches("http").count(), 1, "only the name space");
    }
}
