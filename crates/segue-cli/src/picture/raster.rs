//! A picture as pixels: dots by the crate `tiny-skia`, texts by the pixels of `noto-sans-mono-bitmap`.

use std::io;

use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster, get_raster_width};
use tiny_skia::{FillRule, Paint, PathBuilder, Pixmap, PremultipliedColorU8, Transform};

use super::{Colour, Label, OPACITY, OUTLINE, Picture};

const WEIGHT: FontWeight = FontWeight::Bold;
/// The heights of texts that there are, each with the side of the smallest picture that it is for.
const HEIGHTS: [(RasterHeight, u32); 4] = [
    (RasterHeight::Size16, 0),
    (RasterHeight::Size20, 1500),
    (RasterHeight::Size24, 2200),
    (RasterHeight::Size32, 3000),
];

/// The height of the texts of a picture with this side.
pub(super) fn text_height(side: u32) -> u32 {
    let fitting = HEIGHTS.iter().rev().find(|(_, least)| *least <= side);
    fitting.map_or(16, |(height, _)| height.val() as u32)
}

/// The width of a text.
pub(super) fn text_width(text: &str, height: u32) -> u32 {
    (text.chars().count() * get_raster_width(WEIGHT, raster_height(height))) as u32
}

fn raster_height(height: u32) -> RasterHeight {
    let same = HEIGHTS.iter().find(|(known, _)| known.val() as u32 == height);
    same.map_or(RasterHeight::Size16, |(known, _)| *known)
}

/// The picture as a PNG.
pub(crate) fn png(picture: &Picture) -> io::Result<Vec<u8>> {
    let mut pixels = blank(picture)?;
    let [red, green, blue] = picture.theme.background();
    pixels.fill(tiny_skia::Color::from_rgba8(red, green, blue, 255));
    draw_dots(picture, &mut pixels);
    for label in &picture.labels {
        draw_label(picture, label, &mut pixels);
    }
    pixels.encode_png().map_err(io::Error::other)
}

/// The dots alone, without a background, as a PNG.
pub(super) fn png_of_dots(picture: &Picture) -> io::Result<Vec<u8>> {
    let mut pixels = blank(picture)?;
    draw_dots(picture, &mut pixels);
    pixels.encode_png().map_err(io::Error::other)
}

fn blank(picture: &Picture) -> io::Result<Pixmap> {
    let pixels = Pixmap::new(picture.side, picture.side);
    pixels.ok_or_else(|| io::Error::other(format!("a picture cannot have {} pixels a side", picture.side)))
}

fn draw_dots(picture: &Picture, pixels: &mut Pixmap) {
    for dot in &picture.dots {
        let Some(circle) = PathBuilder::from_circle(dot.x, dot.y, picture.radius) else { continue };
        let mut paint = Paint::default();
        let [red, green, blue] = dot.colour;
        paint.set_color_rgba8(red, green, blue, (OPACITY * 255.0) as u8);
        pixels.fill_path(&circle, &paint, FillRule::Winding, Transform::identity(), None);
    }
}

/// How much of each pixel is covered, 0 to 255, row by row.
struct Mask {
    width: usize,
    covered: Vec<u8>,
}

impl Mask {
    /// A text with a border of empty pixels.
    fn of(text: &str, height: u32, border: usize) -> Self {
        let width = text_width(text, height) as usize + 2 * border;
        let mut mask = Self { width, covered: vec![0; width * (height as usize + 2 * border)] };
        let mut left = border;
        for character in text.chars() {
            let height = raster_height(height);
            let glyph = get_raster(character, WEIGHT, height).or_else(|| get_raster('?', WEIGHT, height));
            for (row, pixels) in (border..).zip(glyph.iter().flat_map(|glyph| glyph.rows())) {
                let place = row * width + left;
                let covered = mask.covered.get_mut(place..).unwrap_or_default();
                covered.iter_mut().zip(pixels.iter()).for_each(|(covered, pixel)| *covered = *pixel);
            }
            left += get_raster_width(WEIGHT, height);
        }
        mask
    }

    /// The mask with everything made wider by so many pixels on every side.
    fn widened(&self, by: usize) -> Self {
        let by = by as isize;
        let near: Vec<isize> = (-by..=by)
            .flat_map(|row| (-by..=by).map(move |column| (row, column)))
            .filter(|(row, column)| row * row + column * column <= by * by + 1)
            .map(|(row, column)| row * self.width as isize + column)
            .collect();
        let most = |at: usize| {
            let places = near.iter().filter_map(|step| at.checked_add_signed(*step));
            places.filter_map(|place| self.covered.get(place)).max().copied().unwrap_or_default()
        };
        Self { width: self.width, covered: (0..self.covered.len()).map(most).collect() }
    }
}

fn draw_label(picture: &Picture, label: &Label, pixels: &mut Pixmap) {
    let outline = (picture.text_height as f32 * OUTLINE).round() as usize;
    let text = Mask::of(&label.text, picture.text_height, outline);
    let height = picture.text_height as f32 / 2.0 + outline as f32;
    let left = (label.x - text.width as f32 / 2.0).round() as isize;
    let top = (label.y - height).round() as isize;
    blend(pixels, &text.widened(outline), (left, top), picture.theme.background());
    blend(pixels, &text, (left, top), label.colour);
}

fn blend(pixels: &mut Pixmap, mask: &Mask, (left, top): (isize, isize), colour: Colour) {
    let (width, height) = (pixels.width() as isize, pixels.height() as isize);
    for (row, covered) in (top..).zip(mask.covered.chunks_exact(mask.width.max(1))) {
        for (column, covered) in (left..).zip(covered) {
            if *covered == 0 || !(0..width).contains(&column) || !(0..height).contains(&row) {
                continue;
            }
            let Some(pixel) = pixels.pixels_mut().get_mut((row * width + column) as usize) else { continue };
            let mixed = |below: u8, above: u8| {
                let above = u32::from(above) * u32::from(*covered);
                ((above + u32::from(below) * (255 - u32::from(*covered)) + 127) / 255) as u8
            };
            let [red, green, blue] = colour;
            // The background is opaque, so that premultiplied colours are the colours.
            let mixed = PremultipliedColorU8::from_rgba(
                mixed(pixel.red(), red),
                mixed(pixel.green(), green),
                mixed(pixel.blue(), blue),
                255,
            );
            *pixel = mixed.unwrap_or(*pixel);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_covers_pixels_within_its_border_and_its_outline_more() {
        let text = Mask::of("i", 16, 2);
        assert_eq!(text.width, text_width("i", 16) as usize + 4);
        assert_eq!(text.covered.len(), text.width * 20);
        let count = |mask: &Mask| mask.covered.iter().filter(|covered| **covered > 0).count();
        assert!(text.covered[..text.width * 2].iter().all(|covered| *covered == 0));
        assert!(count(&text) > 10 && count(&text.widened(2)) > 2 * count(&text));
        // A character that the font lacks.
        assert!(count(&Mask::of("\u{3042}", 16, 0)) > 5);
    }

    #[test]
    fn larger_pictures_have_larger_texts() {
        assert_eq!([200, 1600, 2500, 8000].map(text_height), [16, 20, 24, 32]);
    }
}
