import Compute
import Environments

/// What is assumed of one person when they give one kind of feedback: the part of the likelihood that is not the
/// reward.
///
/// It changes groundings and links only, never the training. Fitted apart from the reward, in turns with it.
public struct PersonModel: Codable, Hashable, Sendable {
  /// β: how strongly differences of value decide.
  public var rationality: Double
  /// The probability of an answer without looking.
  public var lapse: Double
  /// γ of a person who weighs later steps of a clip less (1: none).
  public var discount: Double
  /// δ, nats: the difference of utility that is just perceived; for comparisons and rankings in which "equal" can be said.
  public var tieThreshold: Double
  /// κ: how many times as decisive a preference is that the person calls strong. 2 is assumed, not measured of anybody.
  public var strongRationality: Double
  /// Where one rating gives way to the next, in utility, from the lowest up: one less than there are ratings. Empty:
  /// the question's own.
  public var cutPoints: [Double]
  /// Nats in favour of the option shown first.
  public var sideBias: Double
  /// Nats in favour of an option for each transition in it.
  public var lengthBias: Double

  /// Takes the parts as they are; by default a person without habits, whose rationality is 1.
  public init(
    rationality: Double = 1, lapse: Double = 0, discount: Double = 1, tieThreshold: Double = 0.1,
    strongRationality: Double = 2, cutPoints: [Double] = [], sideBias: Double = 0, lengthBias: Double = 0
  ) {
    self.rationality = rationality
    self.lapse = lapse
    self.discount = discount
    self.tieThreshold = tieThreshold
    self.strongRationality = strongRationality
    self.cutPoints = cutPoints
    self.sideBias = sideBias
    self.lengthBias = lengthBias
  }

  /// A whole clip as this person sees it: later steps discounted, habits as an offset.
  ///
  /// - Parameters:
  ///   - clip: what is judged.
  ///   - shownFirst: whether the side bias applies to it.
  public func option(_ clip: Trajectory, shownFirst: Bool = false) -> Choice.Option {
    Choice.Option(
      clip, weights: weights(count: clip.count),
      offset: Float((shownFirst ? sideBias : 0) + lengthBias * Double(clip.count)))
  }

  /// - Throws: `InputError` if ``tieThreshold`` is not a positive number.
  func checkTieThreshold() throws {
    guard tieThreshold > 0, tieThreshold.isFinite else {
      throw InputError("the threshold of a tie is \(tieThreshold)", at: "person", remedy: "use a positive number")
    }
  }

  /// γ^t for each of `count` transitions; nil where all are 1.
  public func weights(count: Int) -> [Float]? {
    guard discount != 1 else { return nil }
    var power = 1.0
    return (0..<count).map { _ in
      defer { power *= discount }
      return Float(power)
    }
  }
}
