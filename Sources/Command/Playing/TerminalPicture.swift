import Pactolus
import Reports

/// A scene as coloured half blocks, two pixels above each other in one character.
enum TerminalPicture {
  /// Lines of text with ANSI colours (24 bit), each ending in a reset; no wider than `columns` characters.
  static func text(_ scene: Scene, columns: Int, rows: Int) -> String {
    let raster = SceneRaster(scene, fitting: max(2, columns), max(2, rows * 2))
    let pixels = raster.pixels(scene)
    func color(_ row: Int, _ column: Int) -> String {
      let start = (row * pixels.columns + column) * 3
      return "\(pixels.values[start]);\(pixels.values[start + 1]);\(pixels.values[start + 2])"
    }
    var out = ""
    for row in stride(from: 0, to: pixels.rows, by: 2) {
      var last = ("", "")
      for column in 0..<pixels.columns {
        let now = (color(row, column), color(row + 1, column))
        if now != last { out += "\u{1B}[38;2;\(now.0);48;2;\(now.1)m" }
        out += "▀"
        last = now
      }
      out += "\u{1B}[0m\n"
    }
    return out
  }
}
