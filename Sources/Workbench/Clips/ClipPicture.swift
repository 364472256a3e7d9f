import Compute
import Environments
import Foundation
import Runs

/// A clip as a page draws it: a table of distinct shapes, and for each frame which of them to paint, in order.
///
/// Coordinates are units of a box `width` × `height`, y downwards. What does not move is there once.
package struct ClipPicture: Encodable, Sendable {
  package static let boxWidth = 240.0

  package var width: Double
  package var height: Double
  /// Frames in a second at ordinary speed.
  package var rate: Double
  package var shapes: [Figure]
  package var frames: [[Int]]
  /// x0, y0, x1, y1, …: where the point that the scenes follow is in each frame; nil if they follow none.
  package var trail: [Double]?
  package var steps: Int
  /// The frame in which the clip begins; those before it are what led there.
  package var now = 0

  package init(_ scenes: [Scene]) {
    let first = scenes.first ?? Scene(left: 0, bottom: 0, width: 1, height: 1, shapes: [])
    let frame = Frame(first)
    var places: [Figure: Int] = [:]
    var table: [Figure] = []
    frames = scenes.map { scene in
      scene.shapes.map { shape in
        let figure = frame.figure(shape)
        if let place = places[figure] { return place }
        places[figure] = table.count
        table.append(figure)
        return table.count - 1
      }
    }
    shapes = table
    let followed = scenes.compactMap(\.focus)
    if !scenes.isEmpty, followed.count == scenes.count { trail = frame.placed(followed.flatMap { [$0.x, $0.y] }) }
    width = Self.boxWidth
    height = frame.height
    rate = min(30, max(8, Double(scenes.count) / 4))
    steps = max(0, scenes.count - 1)
  }

  /// The last frame alone, with the path to it: a thumbnail.
  package var still: ClipPicture {
    var still = self
    guard let last = frames.last else { return still }
    still.shapes = last.map { shapes[$0] }
    still.frames = [Array(last.indices)]
    still.now = 0
    return still
  }

  /// Of a segment, replayed in its environment; nil if it comes from elsewhere and cannot be.
  ///
  /// - Parameter lead: how many steps before it are shown too, as far as there are any.
  init?(_ segment: StoredSegment, in entry: EnvironmentEntry, seed: UInt64, lead: Int = 0) {
    guard let start = segment.trajectory.start, segment.trajectory.count > 0, segment.canBeReplayed(in: entry) else {
      return nil
    }
    let first = max(0, start.step - lead)
    let range = first..<start.step + segment.trajectory.count
    let actions = segment.actionsFromEpisodeStart
    self.init(
      entry.replayScenes(start: start, random: segment.randomSource(seed: seed), actions: actions, range: range))
    now = start.step - first
  }

  /// A shape with numbers of the box.
  package enum Figure: Encodable, Hashable, Sendable {
    case polygon(String, [Double])
    case line(String, Double, [Double])
    case circle(String, Double, Double, Double)
    case label(String, Double, Double, Double, String)
    /// [x, y, width, height], and the address of the image itself.
    case image([Double], String)

    package func encode(to encoder: any Encoder) throws {
      var list = encoder.unkeyedContainer()
      switch self {
      case .polygon(let role, let points):
        try list.encode("polygon")
        try list.encode(role)
        try list.encode(points)
      case .line(let role, let width, let points):
        try list.encode("line")
        try list.encode(role)
        try list.encode(width)
        try list.encode(points)
      case .circle(let role, let x, let y, let radius):
        try list.encode("circle")
        try list.encode(role)
        for number in [x, y, radius] { try list.encode(number) }
      case .label(let role, let x, let y, let size, let text):
        try list.encode("label")
        try list.encode(role)
        for number in [x, y, size] { try list.encode(number) }
        try list.encode(text)
      case .image(let place, let address):
        try list.encode("image")
        try list.encode("")
        try list.encode(place)
        try list.encode(address)
      }
    }
  }

  /// The box that all scenes of a clip share.
  private struct Frame {
    let height: Double
    private let scale: Double
    private let left: Double
    private let top: Double

    init(_ scene: Scene) {
      let worldWidth = scene.width.isFinite && scene.width > 0 ? scene.width : 1
      let worldHeight = scene.height.isFinite && scene.height > 0 ? scene.height : worldWidth
      scale = ClipPicture.boxWidth / worldWidth
      // Very tall worlds are cut rather than filling the page.
      height = Frame.round(min(worldHeight * scale, 2 * ClipPicture.boxWidth))
      left = scene.left
      top = scene.bottom + worldHeight
    }

    func figure(_ shape: Scene.Shape) -> Figure {
      switch shape {
      case .polygon(let points, let role): .polygon(role.rawValue, placed(points))
      case .line(let points, let width, let role):
        .line(role.rawValue, Frame.round(max(0.8, width * scale)), placed(points))
      case .circle(let x, let y, let radius, let role):
        .circle(role.rawValue, placeX(x), placeY(y), Frame.round(abs(radius * scale)))
      case .label(let x, let y, let size, let text, let role):
        .label(role.rawValue, placeX(x), placeY(y), Frame.round(abs(size * scale)), text)
      case .image(let x, let y, let width, let height, let pixels):
        .image(
          [placeX(x), placeY(y + height), Frame.round(abs(width * scale)), Frame.round(abs(height * scale))],
          pixels.address)
      }
    }

    func placed(_ points: [Double]) -> [Double] {
      stride(from: 0, to: points.count - 1, by: 2).flatMap { [placeX(points[$0]), placeY(points[$0 + 1])] }
    }

    private func placeX(_ x: Double) -> Double { Frame.round((x - left) * scale) }
    private func placeY(_ y: Double) -> Double { Frame.round((top - y) * scale) }

    private static func round(_ value: Double) -> Double {
      value.isFinite ? (value * 100).rounded() / 100 : 0
    }
  }
}
