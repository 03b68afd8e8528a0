//! How far two colours are apart, also for those who lack one kind of cones.

use super::colour::Rgb;

/// How somebody sees colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// With all three kinds of cones.
    Usual,
    /// Without red cones.
    Protanopia,
    /// Without green cones.
    Deuteranopia,
    /// Without blue cones.
    Tritanopia,
}

/// The least distance (CIE 1976 L*a*b*) of neighbours in a palette, for everyone (design notes).
pub const TOLD_APART: f64 = 9.0;

impl Sight {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Usual, Self::Protanopia, Self::Deuteranopia, Self::Tritanopia];

    /// In words, behind "for".
    pub fn of_whom(self) -> &'static str {
        match self {
            Self::Usual => "everyone",
            Self::Protanopia => "readers without red cones (protanopia)",
            Self::Deuteranopia => "readers without green cones (deuteranopia)",
            Self::Tritanopia => "readers without blue cones (tritanopia)",
        }
    }

    /// Of linear light: Machado, Oliveira and Fernandes, "A Physiologically-based Model for
    /// Simulation of Color Vision Deficiency" (2009), severity 1.0.
    fn matrix(self) -> [[f64; 3]; 3] {
        match self {
            Self::Usual => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            Self::Protanopia => [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ],
            Self::Deuteranopia => [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ],
            Self::Tritanopia => [
                [1.255528, -0.076749, -0.178779],
                [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ],
        }
    }

    /// CIE 1976 L*a*b* (D65) of a colour as it is seen so.
    pub fn lab(self, colour: Rgb) -> [f64; 3] {
        let seen = times(self.matrix(), colour.linear()).map(|channel| channel.clamp(0.0, 1.0));
        let xyz = times(
            [
                [0.4124564, 0.3575761, 0.1804375],
                [0.2126729, 0.7151522, 0.0721750],
                [0.0193339, 0.1191920, 0.9503041],
            ],
            seen,
        );
        let bend = |v: f64| if v > 0.008856 { v.cbrt() } else { v * 7.787 + 4.0 / 29.0 };
        let [x, y, z] = [bend(xyz[0] / 0.95047), bend(xyz[1]), bend(xyz[2] / 1.08883)];
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    /// Their distance in L*a*b* (CIE 1976), about 2 where one just sees it.
    pub fn distance(self, a: Rgb, b: Rgb) -> f64 {
        let (a, b) = (self.lab(a), self.lab(b));
        a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }
}

fn times(matrix: [[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

/// Two colours of a list that somebody takes for one another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mistaken {
    /// Their places in the list, the first below the second.
    pub places: (usize, usize),
    /// By whom.
    pub sight: Sight,
    /// How far apart they are then, less than [`TOLD_APART`].
    pub distance: f64,
}

/// The pair that is the least apart for anyone, if anyone takes one for the other.
pub fn most_mistaken(colours: &[Rgb]) -> Option<Mistaken> {
    let mut worst: Option<Mistaken> = None;
    for sight in Sight::ALL {
        for (second, b) in colours.iter().enumerate() {
            for (first, a) in colours[..second].iter().enumerate() {
                let distance = sight.distance(*a, *b);
                if distance < worst.map_or(TOLD_APART, |worst| worst.distance) {
                    worst = Some(Mistaken { places: (first, second), sight, distance });
                }
            }
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heatmap::change_paint::{DARK, LIGHT};
    use crate::heatmap::{Palette, PaletteName, Theme};

    /// CIEDE2000 (Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula", 2005).
    fn ciede2000(a: [f64; 3], b: [f64; 3]) -> f64 {
        let chroma = |lab: [f64; 3]| lab[1].hypot(lab[2]);
        let seventh = |c: f64| (c.powi(7) / (c.powi(7) + 25_f64.powi(7))).sqrt();
        let grey = 0.5 * (1.0 - seventh(f64::midpoint(chroma(a), chroma(b))));
        let polar = |lab: [f64; 3]| {
            let red = (1.0 + grey) * lab[1];
            (red.hypot(lab[2]), lab[2].atan2(red).to_degrees().rem_euclid(360.0))
        };
        let ((c1, h1), (c2, h2)) = (polar(a), polar(b));
        let turn = if c1 * c2 == 0.0 { 0.0 } else { (h2 - h1 + 180.0).rem_euclid(360.0) - 180.0 };
        let hue = match (c1 * c2 == 0.0, (h1 - h2).abs() > 180.0) {
            (true, _) => h1 + h2,
            (_, false) => f64::midpoint(h1, h2),
            (_, true) if h1 + h2 < 360.0 => f64::midpoint(h1, h2) + 180.0,
            (_, true) => f64::midpoint(h1, h2) - 180.0,
        };
        let cosine = |degrees: f64| degrees.to_radians().cos();
        let (light, chroma) = (f64::midpoint(a[0], b[0]), f64::midpoint(c1, c2));
        let t = 1.0 - 0.17 * cosine(hue - 30.0)
            + 0.24 * cosine(2.0 * hue)
            + 0.32 * cosine(3.0 * hue + 6.0)
            - 0.20 * cosine(4.0 * hue - 63.0);
        let off = (light - 50.0).powi(2);
        let l = (b[0] - a[0]) / (1.0 + 0.015 * off / (20.0 + off).sqrt());
        let c = (c2 - c1) / (1.0 + 0.045 * chroma);
        let h =
            2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin() / (1.0 + 0.015 * chroma * t);
        let blue = 30.0 * (-((hue - 275.0) / 25.0).powi(2)).exp();
        let both = -(2.0 * blue).to_radians().sin() * 2.0 * seventh(chroma);
        (l * l + c * c + h * h + both * c * h).sqrt()
    }

    /// Pairs of the paper's own table of test data.
    #[test]
    fn the_formula_is_that_of_its_paper() {
        for (a, b, distance) in [
            ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
            ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
            ([50.0, 2.49, -0.001], [50.0, -2.49, 0.0011], 7.2195),
            ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
            ([22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619], 2.0373),
            ([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082),
        ] {
            let found = ciede2000(a, b);
            assert!((found - distance).abs() < 1e-4, "{a:?} {b:?}: {found}");
            assert!((ciede2000(b, a) - distance).abs() < 1e-4, "the other way round");
        }
    }

    /// Every palette that carries a meaning, each with the ground it stands on.
    fn sequences() -> Vec<(String, Vec<Rgb>)> {
        let mut all = Vec::new();
        for theme in [Theme::Light, Theme::Dark] {
            for (name, palette) in [
                ("blue", Palette::new(PaletteName::Blue, theme)),
                ("alerts", Palette::alerts(theme)),
            ] {
                let ground = [theme.tokens().ground];
                let colours = ground.iter().chain(palette.stops()).copied().collect();
                all.push((format!("{name} {theme:?}"), colours));
            }
        }
        let ground = [Theme::Light.tokens().ground];
        let priority = Palette::priority();
        all.push(("priority".into(), ground.iter().chain(priority.stops()).copied().collect()));
        all.push(("change, light".into(), LIGHT.map(Rgb::hex).to_vec()));
        all.push(("change, dark".into(), DARK.map(Rgb::hex).to_vec()));
        let name = PaletteName::BlueYellowBlack;
        all.push(("blue, yellow, black".into(), Palette::new(name, Theme::Light).stops().to_vec()));
        all
    }

    /// At least 9 and mostly at least 14 (CIE 1976), as the design notes have it, for each sight.
    /// By the newer formula, in which pale colours lie closer together, never less than 6.9, which is
    /// three times what one just sees (2.3).
    #[test]
    fn neighbours_are_told_apart_by_everyone() {
        let (mut all, mut wide) = (0, 0);
        for (name, colours) in sequences() {
            for sight in Sight::ALL {
                for pair in colours.windows(2) {
                    let distance = sight.distance(pair[0], pair[1]);
                    let newer = ciede2000(sight.lab(pair[0]), sight.lab(pair[1]));
                    let what = format!("{name}, {sight:?}: {} {}", pair[0], pair[1]);
                    assert!(distance >= TOLD_APART, "{what}: {distance}");
                    assert!(newer >= 6.9, "{what}: {newer} by CIEDE2000");
                    all += 1;
                    wide += usize::from(distance >= 14.0);
                }
            }
        }
        assert!(wide * 10 >= all * 8, "{wide} of {all}");
    }

    /// From step to step darker on paper and lighter on dark ground: a print in grey says as much.
    #[test]
    fn sequences_rise_in_grey() {
        for (name, colours) in sequences().into_iter().filter(|(name, _)| !name.contains("change"))
        {
            if name.contains("yellow") {
                continue;
            }
            let light: Vec<f64> = colours.iter().map(|colour| colour.luminance()).collect();
            let rises = name.contains("Dark");
            assert!(light.windows(2).all(|pair| (pair[0] < pair[1]) == rises), "{name} {light:?}");
        }
    }

    #[test]
    fn stops_that_somebody_mistakes_are_named() {
        let hex = |colours: &[u32]| colours.iter().copied().map(Rgb::hex).collect::<Vec<_>>();
        // A red and a green of the same lightness.
        let mistaken = most_mistaken(&hex(&[0xc25b3f, 0xffffff, 0x7f8031]));
        let mistaken = mistaken.expect("a pair");
        assert_eq!(mistaken.places, (0, 2));
        assert!(matches!(mistaken.sight, Sight::Deuteranopia | Sight::Protanopia), "{mistaken:?}");
        // Nearly the same for everyone.
        let same = most_mistaken(&hex(&[0x1f5f9f, 0x20609f])).expect("a pair");
        assert!(same.distance < 2.0);
        assert_eq!(most_mistaken(&hex(&[0x2f6fb0, 0xffe766, 0x000000])), None);
        assert_eq!(most_mistaken(&[]), None);
        for (name, colours) in sequences() {
            if let Some(mistaken) = most_mistaken(&colours) {
                panic!("{name}: {mistaken:?}");
            }
        }
    }
}
