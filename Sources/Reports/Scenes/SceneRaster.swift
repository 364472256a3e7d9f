import Environments
import Foundation

/// Draws ``Scene``s into pixels, for films and terminals; pages draw them as SVG.
///
/// Edges are smoothed by the distance to them: a pixel takes the colour by the share of it that a shape covers, as far as
/// the distance of its middle tells. Labels are left out: there is no font here.
package struct SceneRaster {
  /// Pixels from left to right.
  package let columns: Int
  /// Pixels from top to bottom.
  package let rows: Int
  private let scale: Double
  private let left: Double
  private let top: Double

  /// The frame of reference of this scene, as large as fits into so many pixels; later scenes of the same clip are drawn
  /// into it too. Both sides are even, as films want them.
  package init(_ scene: Scene, fitting columns: Int, _ rows: Int) {
    let width = scene.width.isFinite && scene.width > 0 ? scene.width : 1
    let height = scene.height.isFinite && scene.height > 0 ? scene.height : width
    scale = min(Double(columns) / width, Double(rows) / height)
    self.columns = max(2, min(columns, Int((width * scale).rounded())) & ~1)
    self.rows = max(2, min(rows, Int((height * scale).rounded())) & ~1)
    left = scene.left.isFinite ? scene.left : 0
    top = (scene.bottom.isFinite ? scene.bottom : 0) + height
  }

  /// The scene in colour. Complexity: O(pixels that shapes cover × their corners).
  package func pixels(_ scene: Scene) -> Pixels {
    var canvas = Canvas(columns: columns, rows: rows, background: SceneColors.sky)
    for shape in scene.shapes { draw(shape, on: &canvas) }
    return Pixels(columns: columns, rows: rows, channels: 3, values: canvas.bytes)
  }

  private func place(_ x: Double, _ y: Double) -> SIMD2<Double> { SIMD2((x - left) * scale, (top - y) * scale) }

  private func places(_ points: [Double]) -> [SIMD2<Double>] {
    stride(from: 0, to: points.count - 1, by: 2).map { place(points[$0], points[$0 + 1]) }
  }

  private func draw(_ shape: Scene.Shape, on canvas: inout Canvas) {
    switch shape {
    case .circle(let x, let y, let radius, let role):
      let (middle, reach) = (place(x, y), abs(radius) * scale)
      canvas.fill(around: [middle], margin: reach, SceneColors.color(role)) { reach - Self.length($0 - middle) }
    case .line(let points, let width, let role):
      let corners = places(points)
      guard corners.count > 1 else { return }
      let half = max(0.5, abs(width) * scale / 2)
      canvas.fill(around: corners, margin: half, SceneColors.color(role)) { half - Self.distance($0, along: corners) }
    case .polygon(let points, let role):
      let corners = places(points)
      guard corners.count > 2 else { return }
      let closed = corners + [corners[0]]
      canvas.fill(around: corners, margin: 0, SceneColors.color(role)) { point in
        let distance = Self.distance(point, along: closed)
        return Self.isInside(point, closed) ? distance : -distance
      }
    case .image(let x, let y, let width, let height, let pixels):
      canvas.copy(pixels, from: place(x, y + height), to: place(x + width, y))
    case .label: break
    }
  }

  private static func length(_ vector: SIMD2<Double>) -> Double { (vector * vector).sum().squareRoot() }

  /// The distance to the nearest point of a path.
  private static func distance(_ point: SIMD2<Double>, along corners: [SIMD2<Double>]) -> Double {
    var least = Double.infinity
    for (from, to) in zip(corners, corners.dropFirst()) {
      let (way, offset) = (to - from, point - from)
      let square = (way * way).sum()
      let share = square > 0 ? max(0, min(1, (way * offset).sum() / square)) : 0
      least = min(least, length(offset - share * way))
    }
    return least
  }

  /// By the winding number, as SVG fills.
  private static func isInside(_ point: SIMD2<Double>, _ closed: [SIMD2<Double>]) -> Bool {
    var winding = 0
    for (from, to) in zip(closed, closed.dropFirst()) where (from.y <= point.y) != (to.y <= point.y) {
      let side = (to.x - from.x) * (point.y - from.y) - (point.x - from.x) * (to.y - from.y)
      if to.y > from.y, side > 0 { winding += 1 } else if to.y <= from.y, side < 0 { winding -= 1 }
    }
    return winding != 0
  }
}

/// Rows of coloured pixels that shapes are painted on.
private struct Canvas {
  let columns: Int
  let rows: Int
  var bytes: [UInt8]

  init(columns: Int, rows: Int, background: UInt32) {
    self.columns = columns
    self.rows = rows
    bytes = []
    bytes.reserveCapacity(columns * rows * 3)
    for _ in 0..<columns * rows {
      bytes += [16, 8, 0].map { UInt8(truncatingIfNeeded: background >> $0) }
    }
  }

  /// Paints where `depth`, the signed distance from the edge in pixels (inside positive), says so.
  mutating func fill(
    around points: [SIMD2<Double>], margin: Double, _ color: UInt32, depth: (SIMD2<Double>) -> Double
  ) {
    guard points.allSatisfy({ $0.x.isFinite && $0.y.isFinite }), margin.isFinite else { return }
    func range(_ values: [Double], _ count: Int) -> Range<Int> {
      let low = max(-1, min(Double(count), (values.min() ?? 0) - margin - 1))
      let high = max(-1, min(Double(count), (values.max() ?? 0) + margin + 1))
      return max(0, Int(low))..<max(max(0, Int(low)), min(count, Int(high) + 1))
    }
    for row in range(points.map(\.y), rows) {
      for column in range(points.map(\.x), columns) {
        let share = max(0, min(1, depth(SIMD2(Double(column) + 0.5, Double(row) + 0.5)) + 0.5))
        guard share > 0 else { continue }
        let start = (row * columns + column) * 3
        for channel in 0..<3 {
          let paint = Double(UInt8(truncatingIfNeeded: color >> UInt32(16 - 8 * channel)))
          let old = Double(bytes[start + channel])
          bytes[start + channel] = UInt8((old + share * (paint - old)).rounded())
        }
      }
    }
  }

  /// Copies an image into a rectangle, each pixel from the nearest one.
  mutating func copy(_ image: Pixels, from: SIMD2<Double>, to: SIMD2<Double>) {
    guard (to.x - from.x).isFinite, (to.y - from.y).isFinite, to.x > from.x, to.y > from.y else { return }
    for row in 0..<rows {
      let down = (Double(row) + 0.5 - from.y) / (to.y - from.y)
      guard down >= 0, down < 1 else { continue }
      for column in 0..<columns {
        let across = (Double(column) + 0.5 - from.x) / (to.x - from.x)
        guard across >= 0, across < 1 else { continue }
        let pixel = Int(down * Double(image.rows)) * image.columns + Int(across * Double(image.columns))
        for channel in 0..<3 {
          bytes[(row * columns + column) * 3 + channel] =
            image.values[pixel * image.channels + min(channel, image.channels - 1)]
        }
      }
    }
  }
}
