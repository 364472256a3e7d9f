import Environments
import Reports
import Testing

@Suite("Scenes in pixels, and drawings that move")
struct SceneRasterTests {
  private func pixels(_ shapes: [Scene.Shape], columns: Int = 20, rows: Int = 20) -> Pixels {
    let scene = Scene(left: 0, bottom: 0, width: 10, height: 10, shapes: shapes)
    return SceneRaster(scene, fitting: columns, rows).pixels(scene)
  }

  private func color(_ pixels: Pixels, _ column: Int, _ row: Int) -> UInt32 {
    let start = (row * pixels.columns + column) * 3
    return UInt32(pixels.values[start]) << 16 | UInt32(pixels.values[start + 1]) << 8
      | UInt32(pixels.values[start + 2])
  }

  /// The share of the picture that a colour covers, from how far each pixel has gone from the sky to it.
  private func coverage(_ pixels: Pixels, _ role: Scene.Role) -> Double {
    let (sky, paint) = (Double(SceneColors.sky & 255), Double(SceneColors.color(role) & 255))
    let shares = stride(from: 2, to: pixels.values.count, by: 3).map {
      (Double(pixels.values[$0]) - sky) / (paint - sky)
    }
    return shares.reduce(0, +) / Double(shares.count)
  }

  @Test("nothing is sky; a rectangle over the left half covers that half and no more")
  func halves() {
    let empty = pixels([])
    #expect(empty.columns == 20 && empty.rows == 20)
    #expect((0..<20).allSatisfy { color(empty, $0, 7) == SceneColors.sky })
    let half = pixels([.polygon(points: [0, 0, 5, 0, 5, 10, 0, 10], role: .agent)])
    for row in 1..<19 {
      #expect(color(half, 9, row) == SceneColors.color(.agent))
      #expect(color(half, 10, row) == SceneColors.sky)
    }
  }

  @Test("up is up: what lies high in the world is in the upper rows")
  func upwards() {
    let drawn = pixels([.circle(x: 5, y: 9, radius: 1, role: .goal)])
    #expect(color(drawn, 10, 2) == SceneColors.color(.goal))
    #expect(color(drawn, 10, 17) == SceneColors.sky)
  }

  @Test("discs, lines and polygons cover their areas to two per cent of the picture")
  func areas() {
    let disc = pixels([.circle(x: 5, y: 5, radius: 3, role: .agent)], columns: 100, rows: 100)
    #expect(abs(coverage(disc, .agent) - .pi * 9 / 100) < 0.02)
    let line = pixels([.line(points: [2, 5, 8, 5], width: 2, role: .agent)], columns: 100, rows: 100)
    // A rectangle and two half discs at its ends.
    #expect(abs(coverage(line, .agent) - (12 + .pi) / 100) < 0.02)
    let triangle = pixels([.polygon(points: [1, 1, 9, 1, 1, 9], role: .agent)], columns: 100, rows: 100)
    #expect(abs(coverage(triangle, .agent) - 0.32) < 0.02)
    // A five-pointed star is filled in its middle too, as SVG fills.
    let star = pixels([.polygon(points: [5, 9.5, 7.6, 1.4, 0.7, 6.4, 9.3, 6.4, 2.4, 1.4], role: .agent)])
    #expect(color(star, 10, 10) == SceneColors.color(.agent))
  }

  @Test("an image keeps its pixels, and what is not finite is left out")
  func images() {
    let image = Pixels(columns: 2, rows: 1, channels: 1, values: [0, 255])
    let drawn = pixels([.image(x: 0, y: 0, width: 10, height: 10, pixels: image)])
    #expect(color(drawn, 3, 3) == 0 && color(drawn, 16, 12) == 0xFFFFFF)
    let broken = pixels([
      .circle(x: .nan, y: 5, radius: 3, role: .agent), .line(points: [0, .infinity, 5, 5], width: 1, role: .agent),
      .circle(x: 1e300, y: 5, radius: 1, role: .agent),
    ])
    #expect(broken == pixels([]))
  }

  @Test("a wide scene keeps its shape, and both sides are even")
  func shape() {
    let scene = Scene(left: 0, bottom: 0, width: 30, height: 7, shapes: [])
    let raster = SceneRaster(scene, fitting: 101, 101)
    #expect(raster.columns == 100 && raster.rows == 24)
  }

  @Test("a picture that stands alone has the colours of the light page")
  func colors() {
    let page = ClipPage(title: "", clips: []).html()
    func style(_ color: UInt32) -> String {
      let digits = String(color, radix: 16)
      return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }
    #expect(page.contains("--sky:\(style(SceneColors.sky))"))
    for role in Scene.Role.allCases {
      let name = role == .neutral ? "shape" : role.rawValue
      #expect(page.contains("--\(name):\(style(SceneColors.color(role)))"), "\(role)")
    }
  }

  @Test("a drawing that moves shows each frame once in its time, and draws what stays only once")
  func animated() {
    let frames = (0..<4).map { index in
      Scene(
        left: 0, bottom: 0, width: 10, height: 10,
        shapes: [
          .circle(x: 1, y: 1, radius: 1, role: .goal), .circle(x: Double(index), y: 5, radius: 1, role: .agent),
        ])
    }
    let svg = AnimatedDrawing(Clip(title: "a <b>", frames: frames, framesPerSecond: 8)).svg
    #expect(svg.components(separatedBy: "<animate ").count - 1 == 4)
    #expect(svg.components(separatedBy: "<g id=").count - 1 == 5)
    #expect(svg.contains("dur=\"0.5s\""))
    #expect(svg.contains("keyTimes=\"0;0.25;0.5;1\""))
    #expect(svg.contains("a &lt;b&gt;"))
    #expect(
      AnimatedDrawing(Clip(title: "one", frames: [frames[0]], framesPerSecond: 8)).svg.contains("<use href=\"#s0\"/>"))
  }
}
