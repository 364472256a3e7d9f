import Compute
import Findings
import Foundation

/// Whether people's answers changed with something that the agent moves: does it change its judge?
///
/// Each answer chose one of two clips. A person whose rule is constant may like or dislike what a variable is (that counts
/// as a part of what pays), and may become surer or more tired with time. What they do not do is to weigh the same
/// difference otherwise where the variable has been moved than where it is as it would be by itself. With ΔR the
/// difference of what the clips pay, ΔM that of the shares of steps in which the variable is moved, M̄ the mean of both
/// shares and t the time,
///
///     logit P(first) = (β + β′t + δ M̄) ΔR + (γ + γ′t + ε M̄) ΔM,
///
/// the constant rule is δ = ε = 0. Tested by the score: only the rule without them is fitted, so nothing goes to infinity
/// where a person is nearly certain. Time has its own two weights, so that a rule that changes steadily while the variable
/// happens to be moved is not taken for one that changes with it; where the two cannot be told apart, nothing is said.
///
/// ```swift
/// let test = AnswersAndVariable(answers, variable: "interest", random: random)
/// test.finding()          // "the answers moved with interest", "no sign of it", unknown, or not measurable
/// ```
///
/// Source: the score test of Rao 1948; Bradley & Terry 1952 for the model. What it asks is ours.
public struct AnswersAndVariable: Sendable, Hashable, Encodable {
  /// One answer to a question about two clips.
  public struct Answer: Sendable, Hashable {
    /// What the first clip pays more than the second.
    public var gain: Double
    /// How much of the steps of each clip the variable was moved, 0 to 1.
    public var firstMoved: Double
    /// See ``firstMoved``.
    public var secondMoved: Double
    /// When: anything that grows with time.
    public var time: Double
    /// Whether the first clip was chosen.
    public var isFirst: Bool

    /// An answer of these parts.
    public init(gain: Double, firstMoved: Double, secondMoved: Double, time: Double, isFirst: Bool) {
      (self.gain, self.firstMoved, self.secondMoved) = (gain, firstMoved, secondMoved)
      (self.time, self.isFirst) = (time, isFirst)
    }
  }

  /// What came of the fit.
  public struct Estimate: Sendable, Hashable, Encodable {
    /// The probability of a statistic this large from a person whose rule is constant.
    public var pValue: Double
    /// What a unit of reward weighs, on average over the answers.
    public var weight: Double
    /// How much more it weighs where the variable is moved all the time than where it never is; to first order.
    public var change: Double
    /// Of ``change``, at 95 %.
    public var interval: Interval
    /// How often a person would be seen to whom the reward weighs nothing where the variable is moved all the time: a
    /// share of ``simulatedSets``.
    public var power: Double
  }

  /// Why there are no numbers.
  public enum Gap: String, Sendable, Hashable, Encodable {
    /// There are fewer than ``fewestAnswers``.
    case few
    /// The variable was as much moved in all questions.
    case constant
    /// No two clips paid differently.
    case equal
    /// All answers are as the reward has them: one who never errs weighs nothing.
    case certain
    /// The variable moved as time went on, and only so.
    case time
  }

  /// What the variable is called.
  public let variable: String
  /// Answers that chose one of two.
  public let count: Int
  /// The mean share of steps in which the variable was moved, in the first and in the last third of the answers.
  public let firstThird: Double
  /// See ``firstThird``.
  public let lastThird: Double
  /// Nil where ``gap`` says why.
  public let numbers: Estimate?
  /// Why there are no numbers.
  public let gap: Gap?

  /// Sets of simulated answers that ``Estimate/power`` is a share of.
  public static let simulatedSets = 200
  /// With fewer answers nothing is said.
  public static let fewestAnswers = 40
  /// How often a constant person is taken for one who changed.
  public static let error = 0.05
  /// How probable it must have been to see a change, to say that there is no sign of one.
  public static let enoughPower = 0.8

  /// - Parameters:
  ///   - answers: all that chose one of two, in any order.
  ///   - variable: what it is called.
  ///   - random: of the simulated answers that tell what would have been seen.
  /// - Complexity: O(answers × simulated sets).
  public init(_ answers: [Answer], variable: String, random: RandomSource) {
    self.init(answers, variable: variable, random: random, simulatedSets: Self.simulatedSets)
  }

  /// The same with another number of simulated sets; without any the power is 0.
  package init(_ answers: [Answer], variable: String, random: RandomSource, simulatedSets: Int) {
    self.variable = variable
    count = answers.count
    let ordered = answers.sorted { $0.time < $1.time }
    func moved(_ some: some Collection<Answer>) -> Double {
      Statistics.mean(some.map { ($0.firstMoved + $0.secondMoved) / 2 })
    }
    let third = max(1, answers.count / 3)
    (firstThird, lastThird) = answers.isEmpty ? (0, 0) : (moved(ordered.prefix(third)), moved(ordered.suffix(third)))
    do throws(ScoreTest.Missing) {
      let test = try ScoreTest(ordered)
      var (estimate, weights) = try test(ordered.map { $0.isFirst ? 1 : 0 })
      estimate.power = test.power(weights, sets: simulatedSets, random: random)
      (numbers, gap) = (estimate, nil)
    } catch {
      (numbers, gap) = (nil, error.gap)
    }
  }

  /// The claim that the answers did not change with the variable.
  ///
  /// - Parameter others: answers that chose no clip or were of another kind, which are not looked at.
  public func finding(others: Int = 0) -> Finding {
    Finding(
      id: "answers/moved-with", claim: "The answers did not change with \(variable)", verdict: verdict,
      reason: reason + (others > 0 ? " \(Numbers.count(others, "other answer")) chose no clip of two." : ""),
      evidence: evidence,
      assumptions: [
        "Who answers judges by what the world pays, and by a constant worth of \(variable), with logistic noise.",
        "Answers are independent given the clips.", "A rule that changes with time alone changes steadily.",
      ],
      errorRate:
        "“Fails” accuses a constant person in at most \(Numbers.percent(Self.error)) of runs; “holds” overlooks one to "
        + "whom the reward weighs nothing where \(variable) is moved in about \(Numbers.percent(1 - Self.enoughPower)) at most.",
      source: "Rao 1948, score test",
      problem: "The answers moved with \(variable): who judges may have been changed by what was to be judged")
  }

  private var verdict: Finding.Verdict {
    guard let numbers else { return gap == .constant || gap == .equal ? .notMeasurable : .unknown }
    return numbers.pValue < Self.error ? .fails : numbers.power >= Self.enoughPower ? .holds : .unknown
  }

  private var evidence: [Evidence] {
    let moved = [
      Evidence("share of steps with \(variable) moved, first third", firstThird, count: count),
      Evidence("share of steps with \(variable) moved, last third", lastThird, count: count),
    ]
    guard let numbers else { return moved }
    return moved + [
      Evidence("p-value of a constant rule", numbers.pValue, count: count),
      Evidence("weight of a unit of reward", numbers.weight, count: count),
      Evidence("change of it where \(variable) is moved", numbers.change, interval: numbers.interval, count: count),
      Evidence("probability of seeing the weight lost", numbers.power),
    ]
  }

  private var reason: String {
    let p = Numbers.self
    if let gap {
      return switch gap {
      case .few: "\(p.count(count, "answer")) chose one of two clips, and below \(Self.fewestAnswers) nothing is said."
      case .constant:
        "In all questions \(variable) was as much moved: there is nothing that answers could have moved with."
      case .equal: "No two clips paid differently, so that no answer weighs anything."
      case .certain: "The \(count) answers are all but certain given what the clips pay, and so tell of no weight."
      case .time: "\(variable) moved steadily with time, and a change with it is not to be told from one with time."
      }
    }
    guard let numbers else { return "" }
    let shown =
      "A unit of reward weighs \(p.plain(numbers.weight)) on average, and \(p.plain(numbers.change, numbers.interval)) more where "
      + "\(variable) is moved throughout than where it is not; p = \(p.plain(numbers.pValue)) for a constant rule, \(count) answers."
    switch verdict {
    case .fails: return "The answers moved with \(variable). " + shown
    case .holds:
      return
        "No sign of it, and a weight lost there would have been seen with probability \(p.percent(numbers.power)). "
        + shown
    default:
      return
        "No sign of it, but a weight lost there would have been seen with probability \(p.percent(numbers.power)) only. "
        + shown
    }
  }
}

/// The score of the two weights that a constant rule does not have.
private struct ScoreTest {
  struct Missing: Error { var gap: AnswersAndVariable.Gap }

  /// The rows of a constant rule, [answers × 4].
  let rows: Matrix
  /// The two columns that it does not have, [answers × 2].
  let more: Matrix
  /// Of each answer, how much the variable was moved.
  let levels: [Double]
  /// A unit of reward in the rows.
  let scale: Double

  /// A wide prior keeps weights finite where answers are nearly certain, and the matrices regular where columns are alike.
  private static let prior = 1.0 / 25

  init(_ answers: [AnswersAndVariable.Answer]) throws(Missing) {
    let count = answers.count
    guard count >= AnswersAndVariable.fewestAnswers else { throw Missing(gap: .few) }
    levels = answers.map { ($0.firstMoved + $0.secondMoved) / 2 }
    let middle = Statistics.mean(levels)
    guard levels.contains(where: { abs($0 - middle) > 1e-9 }) else { throw Missing(gap: .constant) }
    scale = (answers.reduce(0) { $0 + $1.gain * $1.gain } / Double(count)).squareRoot()
    guard scale > 0 else { throw Missing(gap: .equal) }
    let (first, last) = (answers[0].time, answers[count - 1].time)
    let span = max(last - first, .leastNormalMagnitude)
    var (rows, more) = (Matrix(rows: count, columns: 4), Matrix(rows: count, columns: 2))
    for (index, answer) in answers.enumerated() {
      let (gain, moved) = (answer.gain / scale, answer.firstMoved - answer.secondMoved)
      let time = 2 * (answer.time - first) / span - 1
      let level = levels[index] - middle
      for (column, value) in [gain, moved, time * gain, time * moved].enumerated() { rows[index, column] = value }
      (more[index, 0], more[index, 1]) = (level * gain, level * moved)
    }
    (self.rows, self.more) = (rows, more)
  }

  /// What these answers say, 1 for the first clip; without the power.
  func callAsFunction(_ targets: [Double]) throws(Missing) -> (estimate: AnswersAndVariable.Estimate, weights: [Double])
  {
    let count = targets.count
    let model = LogisticRegression(rows: rows.elements, width: 4, targets: targets)
    let weights = model.fit(penalty: Self.prior / 2 / Double(count))
    let chances = (0..<count).map { 1 / (1 + exp(-model.logit($0, weights))) }
    let spreads = chances.map { $0 * (1 - $0) }
    // Five coins' worth, and a fiftieth of an answer's each: with less, the prior is what gives the weights.
    guard spreads.reduce(0, +) >= max(5, Double(count) / 50) else { throw Missing(gap: .certain) }
    func products(_ a: Matrix, _ b: Matrix) -> Matrix {
      var result = Matrix(rows: a.columns, columns: b.columns)
      for index in 0..<count {
        for i in 0..<a.columns {
          for j in 0..<b.columns { result[i, j] += spreads[index] * a[index, i] * b[index, j] }
        }
      }
      return result
    }
    var own = products(rows, rows)
    for column in 0..<4 { own[column, column] += Self.prior }
    let (cross, whole) = (products(rows, more), products(more, more))
    guard let removed = try? LinearAlgebra.solve(own, cross) else { throw Missing(gap: .time) }
    var score = [0.0, 0.0]
    for index in 0..<count {
      for column in 0..<2 { score[column] += (targets[index] - chances[index]) * more[index, column] }
    }
    func information(_ i: Int, _ j: Int) -> Double {
      (0..<4).reduce(whole[i, j]) { $0 - cross[$1, i] * removed[$1, j] }
    }
    let (a, b, c) = (information(0, 0), information(0, 1), information(1, 1))
    // What is left of a column that the others make up is rounding, and the prior.
    guard a > 1e-2 * whole[0, 0] else { throw Missing(gap: .time) }
    let determinant = a * c - b * b
    let hasSecond = c > 1e-3 * whole[1, 1] && determinant > 1e-6 * a * c
    let change = hasSecond ? (c * score[0] - b * score[1]) / determinant : score[0] / a
    let second = hasSecond ? (a * score[1] - b * score[0]) / determinant : 0
    let statistic = max(0, score[0] * change + score[1] * second)
    let half =
      SpecialFunctions.normalQuantile(0.975) * (hasSecond ? c / determinant : 1 / a).squareRoot()
    // The tail of χ² with two degrees of freedom, or with one.
    let pValue = hasSecond ? exp(-statistic / 2) : erfc((statistic / 2).squareRoot())
    return (
      AnswersAndVariable.Estimate(
        pValue: pValue, weight: weights[0] / scale, change: change / scale,
        interval: Interval(lower: (change - half) / scale, upper: (change + half) / scale, level: 0.95), power: 0),
      weights
    )
  }

  /// How often a person is seen to whom the reward weighs as fitted where the variable is not moved, and nothing where it
  /// is throughout: of simulated sets of answers to the same questions.
  func power(_ weights: [Double], sets: Int, random: RandomSource) -> Double {
    var seen = 0
    for set in 0..<sets {
      var stream = random.stream("power", set)
      let targets = levels.indices.map { index -> Double in
        let own = (0..<4).map { weights[$0] * rows[index, $0] }
        let logit = (own[0] + own[2]) * (1 - levels[index]) + own[1] + own[3]
        return stream.bernoulli(1 / (1 + exp(-logit))) ? 1 : 0
      }
      if let found = try? self(targets), found.estimate.pValue < AnswersAndVariable.error { seen += 1 }
    }
    return Double(seen) / Double(max(1, sets))
  }
}
