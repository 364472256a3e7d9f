import Compute
import Environments
import Foundation
import Rewards

/// Answers, for any transitions and clips, how far a learned reward is to be trusted there, by four numbers that mean
/// different things and call for different remedies.
///
/// ```swift
/// let uncertainty = try RewardUncertainty(model, answers: choices, training: trainer.settings, random: random)
/// let numbers = try uncertainty.clips(played)
/// numbers.model[0]             // nil where nothing like the clip was judged
/// numbers.unknown[.model]      // why a kind is unknown everywhere, if it is
/// ```
///
/// - **aleatoric**: what people's answers leave open however many there are. How often they go against the reward that
///   is fitted to the *other* answers, less what that reward itself is unsure of (`Erring`), under the idea of the
///   people that predicts best. Remedy: other people, clearer questions.
/// - **model**: disagreement of the ensemble's members, each in units of its own spread. Remedy: more answers.
/// - **distributional**: conformal p-value of the distance to the fifth nearest judged step (of a clip: the mean of its
///   steps' distances). Remedy: answers about this, or staying away.
/// - **specification**: the spread of what the reward would be under other ideas of the people (``PersonHypothesis``)
///   that predict unknown answers about as well as the best: last layers refitted under each, less their sampling
///   noise by the jackknife; and what no answer could identify. Remedy: another kind of question.
///
/// Where the p-value is at most ``level`` the other three are not stated: nothing that was answered is about it.
///
/// Assumes that answers are independent of each other, and that a reward that is linear in what it sees and in the
/// hidden layers of untrained networks can be right. Complexity: some hundred small regressions to make; a forward
/// pass of the members and 500 distances a transition.
///
/// Sources: Kiureghian, Ditlevsen 2009 (aleatoric and epistemic); Lakshminarayanan et al. 2017 (ensembles); Vovk et al.
/// 2005 (conformal p-values); Skalse, Abate 2023 (misspecified people); Efron, Tibshirani 1993 (the jackknife).
public struct RewardUncertainty: Sendable {
  /// The p-value up to which only the distributional number is stated.
  public let level: Double
  /// Answers to pairs that it rests on, and choices that are none.
  public let answers: Int
  /// See ``answers``.
  public let otherChoices: Int
  /// Each idea of the people beside what it costs an unknown answer (nats), with its fitted parameter.
  public let hypotheses: [PersonHypothesisFit]
  /// Kinds that are unknown everywhere, and why.
  public let unknown: [FourUncertainties.Kind: String]

  let model: RewardModel
  let familiarity: Familiarity?
  let refits: Refits?
  let members: MemberSpread?

  /// Fewer answers to pairs than this say nothing of the people.
  public static let fewestAnswers = 40

  /// - Parameters:
  ///   - model: the reward as it was trained.
  ///   - set: what it was trained on.
  ///   - training: what the training took people to be: discount and lapse.
  ///   - level: the p-value up to which something counts as unlike what was judged.
  ///   - tolerance: how much worse than the best a hypothesis may predict unknown answers and still be one that fits
  ///     about equally well, nats an answer.
  ///   - random: which half of the judged clips is the reference.
  /// - Throws: `InputError` where there are no answers, or they were encoded for another model.
  public init(
    _ model: RewardModel, answers set: ChoiceSet, training: RewardTrainingSettings, level: Double = 0.1,
    tolerance: Double = 0.02, random: RandomSource
  ) throws {
    guard set.encoding == model.encoding else {
      throw InputError("the choices were encoded for another reward model")
    }
    guard level > 0, level < 1 else {
      throw InputError("the level is \(level)", at: "level", remedy: "use a number between 0 and 1, such as 0.1")
    }
    guard tolerance >= 0, tolerance.isFinite else {
      throw InputError("the tolerance is \(tolerance)", at: "tolerance", remedy: "use 0 or more nats, such as 0.02")
    }
    let judged = JudgedPairs(set)
    guard set.count > 0 else {
      throw InputError("nobody has answered anything yet", remedy: "ask for answers first")
    }
    (self.model, self.level, self.answers, otherChoices) = (model, level, judged.pairs.count, judged.others)
    var unknown: [FourUncertainties.Kind: String] = [:]
    let clips = judged.clips.isEmpty ? set.optionClips : judged.clips

    familiarity = Self.known(.distributional, &unknown) {
      try Familiarity(model, set, clips: clips, level: level, random: random)
    }
    members = Self.known(.model, &unknown) { try MemberSpread(model, set, clips: clips) }
    let refits = Self.known(.specification, &unknown) {
      guard judged.pairs.count >= Self.fewestAnswers else {
        throw NotMeasurable.tooFew(have: judged.pairs.count, need: Self.fewestAnswers)
      }
      return try Refits(model, set, judged, clips: clips, training: training, tolerance: tolerance, random: random)
    }
    if let problem = unknown[.specification] { unknown[.aleatoric] = problem }
    if familiarity == nil {
      let reason = "nobody can say what is like what was judged: \(unknown[.distributional] ?? "")"
      for kind in FourUncertainties.Kind.allCases where unknown[kind] == nil { unknown[kind] = reason }
    }
    self.refits = refits
    self.unknown = unknown
    hypotheses = refits?.hypotheses ?? []
  }

  private static func known<Part>(
    _ kind: FourUncertainties.Kind, _ unknown: inout [FourUncertainties.Kind: String], _ make: () throws -> Part
  ) -> Part? {
    do {
      return try make()
    } catch let problem as NotMeasurable {
      unknown[kind] =
        if case .tooFew(let have, let need) = problem {
          kind == .model
            ? "the reward is one network, and disagreement needs two"
            : kind == .distributional
              ? "\(have) clips were judged, and \(need) are needed"
              : "\(have) answers to pairs of clips, and \(need) are needed"
        } else {
          problem.description
        }
    } catch let problem as InputError {
      unknown[kind] = problem.problem
    } catch {
      unknown[kind] = "\(error)"
    }
    return nil
  }

  // MARK: Asking

  /// The four numbers of transitions, one by one.
  ///
  /// Steps of one episode are alike, so that p-values of steps keep their rate on average only.
  public func transitions(_ rows: TransitionRows) -> FourUncertainties {
    var encoded = [Float](repeating: 0, count: rows.count * model.encoding.width)
    encoded.withUnsafeMutableBufferPointer {
      if let start = $0.baseAddress { model.encoding.encode(rows, into: start) }
    }
    let coordinates = coordinates(encoded, groups: nil, count: rows.count)
    return numbers(encoded, groups: nil, count: rows.count, coordinates: coordinates)
  }

  /// The four numbers of clips, each as a whole: of its mean reward by step.
  ///
  /// - Throws: `InputError` for a clip of another world.
  public func clips(_ clips: [Trajectory]) throws -> FourUncertainties {
    var encoded: [Float] = []
    var groups: [Range<Int>] = []
    for clip in clips {
      let start = encoded.count / model.encoding.width
      try model.encoding.append(clip, to: &encoded)
      groups.append(start..<encoded.count / model.encoding.width)
    }
    let count = encoded.count / model.encoding.width
    let coordinates = coordinates(encoded, groups: groups, count: count)
    return numbers(encoded, groups: groups, count: count, coordinates: coordinates)
  }

  /// Where the refits see each row, or each clip by the mean of its rows; nil where there are no refits.
  func coordinates(_ encoded: [Float], groups: [Range<Int>]?, count: Int) -> Matrix? {
    guard let refits, familiarity != nil, (groups?.count ?? count) > 0 else { return nil }
    let rows = refits.basis.coordinates(encoded, count: count)
    return groups.map { rows.means(of: $0) } ?? rows
  }

  /// - Parameters:
  ///   - groups: clips as runs of rows; nil for each row by itself.
  ///   - coordinates: what the function of this name gives for the same.
  func numbers(
    _ encoded: [Float], groups: [Range<Int>]?, count: Int, coordinates: Matrix?
  ) -> FourUncertainties {
    let places = groups?.count ?? count
    let nothing = [Double?](repeating: nil, count: places)
    var result = FourUncertainties(
      aleatoric: nothing, model: nothing, distributional: nothing, specification: nothing,
      specificationSquares: nothing, unknown: unknown)
    guard let familiarity, places > 0 else { return result }
    let pValues = familiarity.pValues(encoded, groups: groups, count: count)
    result.distributional = pValues
    let isFamiliar = pValues.map { $0 > level }
    if let members {
      let spread = members.spread(encoded, groups: groups, count: count)
      for place in 0..<places where isFamiliar[place] { result.model[place] = spread[place] }
    }
    if let refits, let coordinates {
      coordinates.elements.withUnsafeBufferPointer { elements in
        guard let start = elements.baseAddress else { return }
        for place in 0..<places where isFamiliar[place] {
          let row = start + place * coordinates.columns
          result.aleatoric[place] = refits.erring(row)
          let square = refits.square(row, ofClip: groups != nil)
          result.specification[place] = max(0, square).squareRoot()
          result.specificationSquares[place] = square
        }
      }
    }
    return result
  }
}

/// How one idea of the people explains the answers.
public struct PersonHypothesisFit: Sendable, Hashable, Codable {
  /// The idea.
  public var hypothesis: PersonHypothesis
  /// The mean cross-entropy of answers that the fit does not know, nats; a coin has .693.
  public var loss: Double
  /// γ or ε as fitted; nil where the idea has no such number.
  public var parameter: Double?
  /// Whether it is among those that fit about equally well.
  public var isPlausible: Bool
}

extension Matrix {
  /// The mean row of each group.
  func means(of groups: [Range<Int>]) -> Matrix {
    var result = Matrix(rows: groups.count, columns: columns)
    for (index, group) in groups.enumerated() where !group.isEmpty {
      for row in group {
        for column in 0..<columns { result.elements[index * columns + column] += elements[row * columns + column] }
      }
      for column in 0..<columns { result.elements[index * columns + column] /= Double(group.count) }
    }
    return result
  }
}

extension ChoiceSet {
  /// The options that have transitions, as runs of rows, each once.
  var optionClips: [Range<Int>] {
    Set(
      optionStarts.indices.filter { optionCounts[$0] > 0 }.map {
        optionStarts[$0]..<optionStarts[$0] + optionCounts[$0]
      }
    )
    .sorted { ($0.lowerBound, $0.count) < ($1.lowerBound, $1.count) }
  }
}
