import Compute
import Environments
import Foundation

/// Bends a clip's path by other actions: what acts is dragged to another place at one frame, and the actions are looked
/// for that bring it nearest. What comes out is a replay, so the world lets it happen.
///
/// A search in two parts: one or two constant actions over a few stretches before the frame, then small random changes of
/// the best. Among actions that reach equally far those nearer to the agent's own win. It finds what a person could have
/// steered to, not the best there is.
///
/// - Complexity: at most ``budget`` steps of the environment, and ``tries`` pictures.
struct PathBending {
  var entry: EnvironmentEntry
  var segment: PlayedEpisode
  /// Steps of the environment that a search may take, and actions that it may try.
  var budget = 120_000
  var tries = 2_000

  /// An episode that can be begun again: where it is drawn from, and the actions before the clip.
  struct PlayedEpisode {
    var start: EpisodePosition
    var random: RandomSource
    var leading: [Float]
  }

  private var rowSize: Int { entry.specification.actionSpace.rowSize }
  private var before: Int { segment.leading.count / rowSize }

  /// The best actions found, for the whole clip, and how far they stay from the point (in the world's units).
  ///
  /// - Parameters:
  ///   - actions: the clip's, row after row.
  ///   - frame: 1 ... the clip's steps.
  ///   - first: the first step that may change; below `frame`.
  ///   - point: where what acts should be, in the world's units.
  ///   - width: of the picture, in the world's units.
  func bend(
    _ actions: [Float], frame: Int, from first: Int, to point: Scene.Point, width: Double, random: inout RandomStream
  ) -> (actions: [Float], distance: Double)? {
    var best: (cost: Double, distance: Double, actions: [Float])?
    var (left, triesLeft) = (budget, tries)
    func consider(_ candidate: [Float]) {
      let steps = before + frame
      guard left >= steps, triesLeft > 0 else { return }
      left -= steps
      triesLeft -= 1
      guard let place = place(after: frame, candidate) else { return }
      let distance = hypot(place.x - point.x, place.y - point.y)
      let cost = distance / width + 0.01 * change(candidate, from: actions)
      if cost < best?.cost ?? .infinity { best = (cost, distance, candidate) }
    }
    consider(actions)
    let levels = levels
    let length = frame - first
    let cuts = Set((0...5).map { first + $0 * length / 6 } + [frame - min(length, 4)]).sorted().filter { $0 < frame }
    for begin in cuts {
      for level in levels { consider(held(level, begin..<frame, in: actions)) }
    }
    for begin in cuts {
      for middle in cuts where middle > begin {
        for one in levels {
          for other in levels where other != one {
            consider(held(other, middle..<frame, in: held(one, begin..<middle, in: actions)))
          }
        }
      }
    }
    while left >= before + frame, triesLeft > 0, let current = best?.actions {
      let begin = first + random.below(length)
      let end = begin + 1 + random.below(frame - begin)
      consider(changed(current, begin..<end, levels, &random))
    }
    return best.map { ($0.actions, $0.distance) }
  }

  /// Where what acts is after so many of these actions; nil if the episode ends before, or nothing in the picture acts.
  func place(after frame: Int, _ actions: [Float]) -> Scene.Point? {
    let whole = segment.leading + actions[..<(frame * rowSize)]
    if entry.specification.canTerminate {
      let done = entry.whatIf(start: segment.start, random: segment.random, actions: whole, from: before)
      guard done.count == frame else { return nil }
    }
    let steps = before + frame
    return entry.replayScenes(start: segment.start, random: segment.random, actions: whole, range: steps..<steps)
      .first?.actor
  }

  /// Every discrete action; of a continuous one both ends, the middle and halfway between, an axis at a time.
  private var levels: [[Float]] {
    switch entry.specification.actionSpace {
    case .discrete(let names): return names.indices.map { [Float($0)] }
    case .continuous(let box):
      let rest: [Float] = box.low.indices.map { max(box.low[$0], min(box.high[$0], 0)) }
      var rows: [[Float]] = []
      for axis in box.low.indices {
        for share: Float in [0, 0.25, 0.5, 0.75, 1] {
          var row = rest
          row[axis] = box.low[axis] + share * (box.high[axis] - box.low[axis])
          rows.append(row)
        }
      }
      return rows
    }
  }

  private func held(_ row: [Float], _ steps: Range<Int>, in actions: [Float]) -> [Float] {
    var result = actions
    for step in steps { result.replaceSubrange(step * rowSize..<(step + 1) * rowSize, with: row) }
    return result
  }

  private func changed(
    _ actions: [Float], _ steps: Range<Int>, _ levels: [[Float]], _ random: inout RandomStream
  ) -> [Float] {
    guard case .continuous(let box) = entry.specification.actionSpace else {
      return held(levels[random.below(levels.count)], steps, in: actions)
    }
    let shift: [Float] = box.low.indices.map { axis in
      (box.high[axis] - box.low[axis]) * (random.uniformFloat() - 0.5)
    }
    var result = actions
    for step in steps {
      for axis in shift.indices {
        let index = step * rowSize + axis
        result[index] = max(box.low[axis], min(box.high[axis], result[index] + shift[axis]))
      }
    }
    return result
  }

  /// The mean change of an action, as a share of its range.
  private func change(_ actions: [Float], from others: [Float]) -> Double {
    var sum = 0.0
    switch entry.specification.actionSpace {
    case .discrete: for (one, other) in zip(actions, others) where one != other { sum += 1 }
    case .continuous(let box):
      for index in actions.indices {
        let axis = index % rowSize
        sum += Double(abs(actions[index] - others[index]) / max(.leastNormalMagnitude, box.high[axis] - box.low[axis]))
      }
    }
    return sum / Double(max(1, actions.count))
  }
}

extension Scene {
  struct Point {
    var x: Double
    var y: Double
  }

  /// Where what acts is: the end of its last line, the middle of its last area or disc. Nil if nothing is it, or the
  /// picture has no size.
  var actor: Point? {
    guard width.isFinite, width > 0, height.isFinite, height > 0, let place = lastAgent, place.x.isFinite,
      place.y.isFinite
    else { return nil }
    return place
  }

  private var lastAgent: Point? {
    for shape in shapes.reversed() {
      switch shape {
      case .line(let points, _, .agent) where points.count >= 2:
        return Point(x: points[points.count - 2], y: points[points.count - 1])
      case .polygon(let points, .agent) where points.count >= 2:
        let xs = stride(from: 0, to: points.count - 1, by: 2).map { points[$0] }
        let ys = stride(from: 1, to: points.count, by: 2).map { points[$0] }
        return Point(x: xs.reduce(0, +) / Double(xs.count), y: ys.reduce(0, +) / Double(ys.count))
      case .circle(let x, let y, _, .agent): return Point(x: x, y: y)
      default: continue
      }
    }
    return nil
  }
}
