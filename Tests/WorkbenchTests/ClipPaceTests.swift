import Compute
import Environments
import Foundation
import Testing
import Workbench

/// Whether clips that are shown whole in 1.6 seconds still tell which is better.
///
/// A classifier sees nothing but where drawn figures are, in the frames that a screen of 60 pictures a second shows. It
/// learns from some pairs, with the true reward as their answer, and is asked about others.
@Suite("What is seen of clips at the pace of the page")
struct ClipPaceTests {
  private struct Clip {
    var picture: ClipPicture
    var trueReturn: Double
    /// [frame][number]
    var numbers: [[Double]]

    /// The first frame after which nothing changes.
    var end: Int {
      let last = picture.frames.last
      return (picture.frames.lastIndex { $0 != last } ?? -1) + 1
    }

    /// Means and squares over these frames of where each role's figures are, and the trail.
    func features(_ steps: [Int]) -> [Double] {
      let size = numbers[0].count
      var sums = [Double](repeating: 0, count: 2 * size)
      for step in steps {
        let now = numbers[min(step, numbers.count - 1)]
        for index in 0..<size {
          sums[2 * index] += now[index]
          sums[2 * index + 1] += now[index] * now[index]
        }
      }
      return sums.map { $0 / Double(steps.count) } + path(to: steps.last ?? 0)
    }

    /// Of the trail as the last of these frames shows it: means and squares of its points, and its length for each step.
    private func path(to step: Int) -> [Double] {
      let points = (picture.trail ?? []).prefix(2 * (step + 1)).map { $0 / 120 - 1 }
      var sums = [Double](repeating: 0, count: 6)
      for place in stride(from: 0, to: points.count, by: 2) {
        let (x, y) = (points[place], points[place + 1])
        for (index, value) in [x, y, x * x, y * y, x * y].enumerated() { sums[index] += value }
        if place > 0 {
          let (dx, dy) = (x - points[place - 2], y - points[place - 1])
          sums[5] += (dx * dx + dy * dy).squareRoot()
        }
      }
      return sums.map { $0 / Double(max(1, points.count / 2)) }
    }
  }

  /// For each role: the middle of its figures' points, their spread, and how many there are. In units of the box.
  private static func numbers(_ picture: ClipPicture) -> [[Double]] {
    let roles = ["agent", "joint", "danger", "action", "reward", "neutral"]
    func points(_ figure: ClipPicture.Figure) -> (role: String, points: [Double]) {
      switch figure {
      case .polygon(let role, let points), .line(let role, _, let points): (role, points)
      case .circle(let role, let x, let y, _), .label(let role, let x, let y, _, _): (role, [x, y])
      case .image: ("", [])
      }
    }
    let shapes = picture.shapes.map(points)
    return picture.frames.map { frame in
      roles.flatMap { role -> [Double] in
        let all = frame.filter { shapes[$0].role == role }.flatMap { shapes[$0].points }.map { $0 / 120 - 1 }
        guard !all.isEmpty else { return [0, 0, 0, 0] }
        let xs = stride(from: 0, to: all.count, by: 2).map { all[$0] }
        let ys = stride(from: 1, to: all.count, by: 2).map { all[$0] }
        return [
          Statistics.mean(xs), Statistics.mean(ys), (xs.max()! - xs.min()!) + (ys.max()! - ys.min()!),
          Double(all.count) / 10,
        ]
      }
    }
  }

  /// Players of all skills: the example acts, and chance as often as the clip's place says.
  private static func clips(_ entry: EnvironmentEntry, steps: Int, count: Int) -> [Clip] {
    let random = RandomSource(seed: 11).child("pace")
    let batch = entry.makeBatch(count: count, random: random)
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    var draws = random.stream("play")
    let space = entry.specification.actionSpace
    let width = entry.specification.observationSpace.count
    var actions = [Float](repeating: 0, count: count * space.rowSize)
    for _ in 0..<steps {
      for slot in 0..<count {
        let row = slot * space.rowSize..<(slot + 1) * space.rowSize
        if draws.uniform() >= Double(slot % 20) / 19, let example = entry.guidance.example {
          actions.replaceSubrange(row, with: example((0..<width).map { batch.observations[slot * width + $0] }))
        } else {
          actions.withUnsafeMutableBufferPointer { space.draw(into: $0.baseAddress! + row.lowerBound, &draws) }
        }
      }
      batch.step(actions)
      actions.withUnsafeBufferPointer { recorder.record(batch, $0.baseAddress!) }
    }
    return recorder.take().compactMap { clip in
      guard let start = clip.start, start.step == 0 else { return nil }
      let picture = ClipPicture(
        entry.replayScenes(start: start, random: random, actions: clip.actions, range: 0..<clip.count))
      return Clip(
        picture: picture, trueReturn: clip.rewards.reduce(0) { $0 + Double($1) }, numbers: numbers(picture))
    }
  }

  /// What a screen of 60 pictures a second shows of a pair in 1.6 seconds, and of its end after that.
  static func shown(end: Int, rate: Double) -> [Int] {
    let rate = max(rate, Double(end) / 1.6)
    var steps: [Int] = []
    for picture in 0...96 {
      let step = Int(Double(picture) / 60 * rate)
      if step <= end, steps.last != step { steps.append(step) }
    }
    if steps.last != end { steps.append(end) }
    return steps
  }

  /// The share of pairs of the second half of the clips that a linear classifier of the first half's gets right.
  private static func accuracy(_ clips: [Clip], steps: (Clip, Clip) -> [Int]) -> Double {
    let half = clips.count / 2
    var draws = RandomSource(seed: 12).stream("pairs")
    var known: [[Int]: [Double]] = [:]
    func difference(_ range: Range<Int>) -> (features: [Double], sign: Double)? {
      let (a, b) = (range.lowerBound + draws.below(range.count), range.lowerBound + draws.below(range.count))
      guard clips[a].trueReturn != clips[b].trueReturn else { return nil }
      let chosen = steps(clips[a], clips[b])
      func features(_ clip: Int) -> [Double] {
        let key = [clip, chosen.count, chosen.last ?? 0]
        if let old = known[key] { return old }
        let new = clips[clip].features(chosen)
        known[key] = new
        return new
      }
      let (left, right) = (features(a), features(b))
      return (zip(left, right).map { $0 - $1 }, clips[a].trueReturn > clips[b].trueReturn ? 1 : -1)
    }
    let training = (0..<800).compactMap { _ in difference(0..<half) }
    let scale = training[0].features.indices.map { index in
      max(1e-9, Statistics.mean(training.map { $0.features[index] * $0.features[index] }).squareRoot())
    }
    // Logistic regression with a ridge, by plain gradient steps.
    var weights = [Double](repeating: 0, count: scale.count)
    let scaled = training.map { one in (zip(one.features, scale).map { $0 / $1 }, one.sign) }
    for _ in 0..<200 {
      var gradient = weights.map { -0.002 * $0 }
      for (features, sign) in scaled {
        var margin = 0.0
        for index in features.indices { margin += weights[index] * features[index] }
        let pull = sign / (1 + exp(sign * margin)) / Double(scaled.count)
        for index in features.indices { gradient[index] += pull * features[index] }
      }
      for index in weights.indices { weights[index] += 0.5 * gradient[index] }
    }
    var (right, count) = (0, 0)
    for _ in 0..<3000 {
      guard let one = difference(half..<clips.count) else { continue }
      var margin = 0.0
      for index in weights.indices { margin += weights[index] * one.features[index] / scale[index] }
      count += 1
      if margin * one.sign > 0 { right += 1 }
    }
    return Double(right) / Double(count)
  }

  @Test(
    "a classifier of rendered frames is as right at 1.6 seconds as with every frame, within 1 %",
    arguments: [
      ("pactolus/Pendulum-v1", 200), ("pactolus/CartPoleFixed-v1", 300), ("pactolus/AcrobotFixed-v1", 300),
      ("pactolus/BoatRace-v0", 200), ("pactolus/MountainCarFixed-v0", 200),
    ])
  func pace(id: String, steps: Int) throws {
    let clips = Self.clips(try EnvironmentRegistry.standard.entry(id), steps: steps, count: 120)
    #expect(clips.count == 120)
    let all = Self.accuracy(clips) { one, other in Array(0...max(one.end, other.end)) }
    let atPace = Self.accuracy(clips) { one, other in
      Self.shown(end: max(one.end, other.end), rate: one.picture.rate)
    }
    #expect(abs(all - atPace) <= 0.01, "\(all) with every frame, \(atPace) at the page's pace")
    // At a clip's own rate no more than its beginning is seen in that time.
    let beginning = Self.accuracy(clips) { one, other in
      Array(0...min(Int(1.6 * one.picture.rate), max(one.end, other.end)))
    }
    #expect(all > 0.9 && beginning < atPace - 0.02, "\(beginning) of what is seen of them at their own rate")
  }
}
