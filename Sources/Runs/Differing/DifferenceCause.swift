import Compute

/// One reason why two runs part.
public struct DifferenceCause: Sendable, Hashable, Codable {
  /// What sort of reason.
  public var kind: Kind
  /// Which setting, question, figure or array.
  public var name: String
  /// How it is in the first run; nil where that is no short text.
  public var first: String?
  /// How it is in the second run.
  public var second: String?
  /// All of it in words, without a full stop.
  public var sentence: String

  /// What can make runs part.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// A setting has another value.
    case settings
    /// The seed is another.
    case seed
    /// The world has another name or version.
    case environment
    /// They were made by versions of the program that know other settings, or write another format.
    case version
    /// They were computed with another kind of arithmetic.
    case arithmetic
    /// Something else was asked.
    case question
    /// Something else was said, or taken back.
    case answer
    /// The same world answered the same actions otherwise.
    case world
    /// The agent acted otherwise where nothing told before was different.
    case agent
    /// A number came out otherwise where nothing told before was different.
    case numbers
    /// A checkpoint's weights differ though the ledgers agree up to it.
    case weights
    /// A checkpoint's other state differs though the ledgers agree.
    case state
    /// A file differs though the ledgers agree.
    case file
    /// One did something that the other did not.
    case course
    /// One has not gone on.
    case ending

    /// Whether it is what a run was told, from which all the rest follows.
    var isTold: Bool { [.settings, .seed, .environment, .version, .arithmetic].contains(self) }
  }

  init(_ kind: Kind, _ name: String, _ first: String?, _ second: String?, _ sentence: String) {
    (self.kind, self.name, self.first, self.second, self.sentence) = (kind, name, first, second, sentence)
  }
}

extension DifferenceCause {
  /// What two first events say otherwise.
  static func starts(_ first: StoredEvent, _ second: StoredEvent) -> [DifferenceCause] {
    guard case .runStarted(let one)? = try? first.event, case .runStarted(let other)? = try? second.event else {
      return []
    }
    var causes: [DifferenceCause] = []
    func compare(_ kind: Kind, _ name: String, _ one: String?, _ other: String?) {
      guard one != other else { return }
      causes.append(
        DifferenceCause(kind, name, one, other, "\(name) is \(one ?? "not known") and \(other ?? "not known")"))
    }
    compare(.arithmetic, "arithmetic", one.arithmetic, other.arithmetic)
    compare(.version, "the ledger's format", "\(one.format)", "\(other.format)")
    for name in Set(one.settings.keys).union(other.settings.keys).sorted() {
      let (a, b) = (one.settings[name], other.settings[name])
      let kind: Kind =
        switch name {
        case _ where a == nil || b == nil: .version
        case "run.seed": .seed
        case "run.environment": .environment
        default: .settings
        }
      compare(kind, name, a, b)
    }
    compare(
      .settings, "questions of the first round", one.firstQuestions.map(String.init),
      other.firstQuestions.map(String.init))
    return causes
  }

  /// One run has events that the other has not.
  ///
  /// - Parameters:
  ///   - last: the last event of the shorter one.
  ///   - row: the first that the longer one has besides.
  static func ending(shorter: String, longer: String, after last: StoredEvent?, at row: StoredEvent) -> DifferenceCause
  {
    let isFinished = last?.kind == LedgerEvent.Kind.runFinished.rawValue
    return DifferenceCause(
      .ending, "end", nil, nil,
      "\(shorter) \(isFinished ? "is finished" : "has not finished, and stops") where \(longer) goes on with "
        + "'\(row.kind)': nothing before differs")
  }

  /// The round that an event names.
  static func iteration(_ row: StoredEvent) -> Int? {
    guard case .object(let payload)? = try? row.json, case .number(let number)? = payload["iteration"] else {
      return nil
    }
    return Int(exactly: number)
  }
}
