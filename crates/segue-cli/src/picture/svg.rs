//! A picture as SVG: the dots as an image in it, and the labels as texts.

use std::fmt::Write;
use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::raster::png_of_dots;
use super::{Colour, OUTLINE, Picture};

/// The picture as SVG.
pub(crate) fn svg(picture: &Picture) -> io::Result<Vec<u8>> {
    let (side, height) = (picture.side, picture.text_height);
    let background = hex(picture.theme.background());
    let dots = STANDARD.encode(png_of_dots(picture)?);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{side}\" height=\"{side}\">\n\
         <rect width=\"{side}\" height=\"{side}\" fill=\"{background}\"/>\n\
         <image width=\"{side}\" height=\"{side}\" href=\"data:image/png;base64,{dots}\"/>\n\
         <g font-family=\"system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif\" font-weight=\"600\" font-size=\"{size:.1}\" \
         text-anchor=\"middle\" dominant-baseline=\"central\" paint-order=\"stroke\" stroke=\"{background}\" \
         stroke-width=\"{outline:.1}\" stroke-linejoin=\"round\">\n",
        size = f64::from(height) * 0.85,
        outline = 2.0 * OUTLINE * height as f32,
    );
    for label in &picture.labels {
        let (x, y, colour, text) = (label.x, label.y, hex(label.colour), escaped(&label.text));
        // Writing to a text does not fail.
        _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" fill=\"{colour}\">{text}</text>");
    }
    svg += "</g>\n</svg>\n";
    Ok(svg.into_bytes())
}

fn hex([red, green, blue]: Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// A text as XML has it. It holds no control characters.
fn escaped(text: &str) -> String {
    let is_allowed = |character: &char| !matches!(character, '\u{fffe}' | '\u{ffff}');
    let mut escaped = String::new();
    for character in text.chars().filter(is_allowed) {
        match character {
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '&' => escaped += "&amp;",
            '"' => escaped += "&quot;",
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_markup() {
        assert_eq!(escaped("<b>\"R&B\"</b>"), "&lt;b&gt;&quot;R&amp;B&quot;&lt;/b&gt;");
        assert_eq!(hex([0, 10, 255]), "#000aff");
    }
}
