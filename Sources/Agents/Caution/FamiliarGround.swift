import Compute
import Environments

/// How familiar an observation is to those who judged: its conformal p-value against the observations of the clips that
/// were judged.
///
/// Half of the clips are the reference, the other half tell how far what was judged lies from it, as in
/// `UnjudgedVisits`. Observations of one clip are not independent, so that a level is the share of judged observations
/// below it on average, and no promise for one episode.
package struct FamiliarGround: Sendable {
  private let score: NearestNeighbourScore
  private let calibration: ConformalCalibration
  /// Judged clips.
  package let clips: Int

  /// Observations of each half that are looked at, at most; spread evenly.
  private static let most = 1000
  /// As few judged clips as this say nothing.
  package static let fewestClips = 20

  /// - Parameters:
  ///   - judged: the clips that were judged.
  ///   - level: at which p-values are to be read.
  ///   - random: of which half is the reference.
  /// - Throws: `InputError` for a level that is none, too few clips, or observations that are all alike.
  package init(judged: [Trajectory], level: Double, random: RandomSource) throws {
    guard level > 0, level < 1 else {
      throw InputError("a level of \(level)", at: "level", remedy: "use a number between 0 and 1, such as 0.05")
    }
    let clips = judged.filter { $0.count > 0 }
    self.clips = clips.count
    guard clips.count >= Self.fewestClips else {
      throw InputError(
        "\(clips.count) clips were judged, which is too few to tell what is familiar",
        remedy: "ask until \(Self.fewestClips) clips are judged")
    }
    var draws = random.stream("familiar/halves")
    let order = draws.permutation(clips.count)
    func rows(_ half: ArraySlice<Int>) -> Matrix {
      let all = half.sorted().flatMap { clip in (0..<clips[clip].count).map { (clip, $0) } }
      let stride = max(1, (all.count + Self.most - 1) / Self.most)
      let size = clips[0].observationSize
      let kept = all.indices.filter { $0.isMultiple(of: stride) }.map { all[$0] }
      return Matrix(
        rows: kept.count, columns: size,
        elements: kept.flatMap { clip, step in
          clips[clip].observations[step * size..<(step + 1) * size].map(Double.init)
        })
    }
    do throws(NotMeasurable) {
      score = try NearestNeighbourScore(rows(order[..<(clips.count / 2)]))
      calibration = try ConformalCalibration(score.scores(rows(order[(clips.count / 2)...])), level: level)
    } catch {
      throw InputError("what was judged cannot tell what is familiar: \(error)", remedy: "ask about more of the world")
    }
  }

  /// Numbers in an observation.
  var columns: Int { score.columns }

  /// The p-value of each observation row, in order.
  package func pValues(_ observations: Span<Float>, count: Int) -> [Double] {
    calibration.pValues(
      score.scores(
        Matrix(
          rows: count, columns: score.columns, elements: (0..<count * score.columns).map { Double(observations[$0]) })
      ))
  }
}
