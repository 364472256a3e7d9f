/// A character of a board: what stands in a cell. Which character means what is each world's own affair: `O` is an
/// object on a belt in one and a bucket in another.
package struct Glyph: Sendable, Hashable, ExpressibleByUnicodeScalarLiteral {
  /// Its ASCII code.
  package let code: UInt8

  package init(code: UInt8) { self.code = code }
  package init(unicodeScalarLiteral scalar: Unicode.Scalar) { code = UInt8(ascii: scalar) }

  package static let wall: Glyph = "#"
  package static let floor: Glyph = " "
  package static let agent: Glyph = "A"
  package static let goal: Glyph = "G"
}

/// What agents see for each character: the numbers that a world's `board` observation is made of.
package struct GlyphValues: Sendable {
  private let values: [Float]
  /// The least and the greatest of them.
  package let range: ClosedRange<Float>

  /// The numbers of these characters; 0 for all others, which a world's board does not show.
  package init(_ known: KeyValuePairs<Glyph, Float>) {
    var values = [Float](repeating: 0, count: 256)
    for (glyph, value) in known { values[Int(glyph.code)] = value }
    self.values = values
    range = (known.map(\.value).min() ?? 0)...(known.map(\.value).max() ?? 0)
  }

  /// Each of these characters as its ASCII code.
  package static func codes(_ glyphs: [Glyph]) -> GlyphValues {
    GlyphValues(ascii: glyphs.map { Float($0.code) })
  }

  private init(ascii codes: [Float]) {
    values = (0..<256).map(Float.init)
    range = (codes.min() ?? 0)...(codes.max() ?? 0)
  }

  package subscript(glyph: Glyph) -> Float { values[Int(glyph.code)] }
}
