import Findings

/// A promise that one part makes to another about what it hands over.
///
/// ```swift
/// let contract = JointContract<Impression>(
///   "contract/font", from: "layout", to: "click model", claim: "Every ad is shown in the font that clicks were
/// learned in",
///   problem: "Ads are shown in a font that the click model has never seen"
/// ) { $0.font == 1 ? nil : "ad \($0.ad) is shown at \($0.font) times the size" }
/// var joint = JointWatch([contract])
/// joint.pass(impression, step: 17, at: "page 17")
/// joint.findings            // one that fails, with place and step, as soon as the promise is broken
/// ```
///
/// What is promised is what the taker has to rely on, not how the giver works; so each part can be right alone and the
/// joint broken.
/// A watch never changes what is handed over.
public struct JointContract<Message>: Sendable {
  /// The name of its finding.
  public let id: String
  /// Who promises, and to whom.
  public let giver: String
  /// See ``giver``.
  public let taker: String
  /// What is promised, a sentence that is true or false.
  public let claim: String
  /// What is wrong where it is broken.
  public let problem: String
  /// What to do then.
  public let advice: String?
  let broken: @Sendable (Message) -> String?

  /// - Parameters:
  ///   - id: the name of its finding.
  ///   - giver: who promises.
  ///   - taker: to whom.
  ///   - claim: what is promised.
  ///   - problem: what is wrong where it is broken.
  ///   - advice: what to do then.
  ///   - broken: what is seen of a message that breaks it; nil for one that keeps it.
  public init(
    _ id: String, from giver: String, to taker: String, claim: String, problem: String, advice: String? = nil,
    broken: @escaping @Sendable (Message) -> String?
  ) {
    (self.id, self.giver, self.taker, self.claim) = (id, giver, taker, claim)
    (self.problem, self.advice, self.broken) = (problem, advice, broken)
  }
}

/// A joint between two parts that is watched; see ``JointContract``.
public struct JointWatch<Message>: Sendable {
  /// What is promised here.
  public let contracts: [JointContract<Message>]
  /// Where each was first broken, by its name.
  public private(set) var breaches: [String: JointBreach] = [:]
  /// How many messages were looked at.
  public private(set) var looked = 0

  /// A watch over a joint with these contracts.
  public init(_ contracts: [JointContract<Message>]) { self.contracts = contracts }

  /// Looks at something that is handed over; complexity is that of the contracts.
  ///
  /// - Parameters:
  ///   - message: what is handed over.
  ///   - step: when, in the steps of the whole.
  ///   - place: where, a few words.
  public mutating func pass(_ message: Message, step: Int, at place: @autoclosure () -> String) {
    looked += 1
    for contract in contracts {
      guard let seen = contract.broken(message) else { continue }
      breaches[contract.id, default: JointBreach(step: step, place: place(), seen: seen)].count += 1
    }
  }

  /// A finding for each contract: fails with the place and step where it was first broken; holds where nothing was
  /// seen in what was looked at.
  public var findings: [Finding] {
    contracts.map { contract in
      let breach = breaches[contract.id]
      return Finding(
        id: contract.id, claim: contract.claim, verdict: breach != nil ? .fails : looked > 0 ? .holds : .unknown,
        reason: breach.map {
          "At \($0.place), step \($0.step): \($0.seen)."
            + ($0.count > 1 ? " \($0.count) times in \(looked) looks." : "")
        } ?? (looked > 0 ? "Not seen broken in \(Numbers.count(looked, "look"))." : "Nothing was handed over."),
        evidence: [Evidence("breaches", Double(breach?.count ?? 0), count: looked)]
          + (breach.map { [Evidence("step", Double($0.step))] } ?? []),
        assumptions: breach == nil ? ["What was not looked at is like what was."] : [],
        errorRate: breach == nil ? nil : "None: it was seen.",
        source: "contract of \(contract.giver) with \(contract.taker)", problem: contract.problem,
        advice: contract.advice.map { Finding.Advice(text: $0, command: nil) })
    }
  }
}

/// Where a promise was first broken.
public struct JointBreach: Sendable, Hashable, Codable {
  /// In the steps of the whole.
  public var step: Int
  /// In a few words.
  public var place: String
  /// What was seen.
  public var seen: String
  /// How often it was broken since.
  public var count = 0

  init(step: Int, place: String, seen: String) { (self.step, self.place, self.seen) = (step, place, seen) }
}
