import Compute
import Environments

/// Gymnasium's toy-text environments as worlds: `gym:FrozenLake-v1`,
/// `gym:FrozenLake-v1:map_name=8x8,is_slippery=false`.
extension FiniteWorld {
  /// One of Gymnasium's environments that is a finite table.
  public struct GymnasiumEntry: Sendable {
    /// Its identifier there: `FrozenLake-v1`.
    public let id: String
    /// One sentence: what it is.
    public let summary: String
    /// Each setting with its value unless given, as Gymnasium's constructor names them; `discount` is ours.
    public let settings: [(name: String, value: String)]
    fileprivate let table: @Sendable (GymnasiumSettings) throws -> ToyTextTable

    /// How it is written with all its settings as they are unless given.
    public var example: String {
      FiniteWorld.gymnasiumPrefix + id + ":" + settings.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    }
  }

  /// What precedes an identifier of Gymnasium's.
  public static let gymnasiumPrefix = "gym:"

  /// The environments of Gymnasium that are tables, in the order of lists for people.
  public static let gymnasium: [GymnasiumEntry] = [
    lake("FrozenLake-v1", map: "4x4"), lake("FrozenLake8x8-v1", map: "8x8"), cliff("CliffWalking-v1", false),
    cliff("CliffWalkingSlippery-v1", true),
    GymnasiumEntry(
      id: "Taxi-v4", summary: "fetch a passenger and bring them to their destination; in rain steps go astray",
      settings: [("is_rainy", "false"), ("rainy_probability", "0.8"), ("discount", "0.99")]
    ) { settings in
      try TaxiTable.table(
        rainProbability: settings.flag("is_rainy") ? settings.number("rainy_probability") : nil)
    },
    GymnasiumEntry(id: "Taxi-v3", summary: "the same without rain", settings: [("discount", "0.99")]) { _ in
      try TaxiTable.table()
    },
    GymnasiumEntry(
      id: "Blackjack-v1", summary: "hit or stick against a dealer; naturals are states of their own",
      settings: [("sab", "true"), ("natural", "false"), ("discount", "0.99")]
    ) { settings in
      let (isBook, pays) = (try settings.flag("sab"), try settings.flag("natural"))
      return BlackjackTable.table(natural: isBook ? .wins : pays ? .paysMore : .none)
    },
  ]

  /// Reads `ID` or `ID:setting=value,…`: unknown ones are errors with the nearest right ones.
  init(gymnasium text: String) throws {
    let (id, rest) = splitOnce(String(text.dropFirst(Self.gymnasiumPrefix.count)), ":")
    guard let entry = Self.gymnasium.first(where: { $0.id == id }) else {
      var error = InputError.unknown("table of Gymnasium's", id, among: Self.gymnasium.map(\.id), at: text)
      if error.remedy?.hasPrefix("did") != true {
        error.remedy = "finite there are " + Self.gymnasium.map(\.id).joined(separator: ", ")
      }
      throw error
    }
    var values = Dictionary(uniqueKeysWithValues: entry.settings.map { ($0.name, $0.value) })
    for part in (rest ?? "").split(separator: ",") {
      let (name, value) = splitOnce(String(part), "=")
      guard let value else { throw InputError("'\(part)' sets nothing", at: text, remedy: "write name=value") }
      if name == "fickle_passenger" || name == "fickle_probability" {
        throw InputError(
          "a fickle passenger's mind is no part of the state", at: text,
          remedy: "leave it out: Gymnasium's own table does not hold it either")
      }
      guard values[name] != nil else {
        throw InputError.unknown("setting", name, among: entry.settings.map(\.name), at: text)
      }
      values[name] = value
    }
    let settings = GymnasiumSettings(values: values, place: text)
    let table = try settings.placing { try entry.table(settings) }
    let mdp = try settings.placing { try table.mdp(discount: settings.number("discount")) }
    try self.init(
      mdp: mdp, stateNames: table.stateNames, actionNames: table.actionNames,
      rewards: [("own", try RewardTable(table, in: mdp))], title: text)
  }

  private static func lake(_ id: String, map: String) -> GymnasiumEntry {
    GymnasiumEntry(
      id: id, summary: "over the ice to the goal, past the holes; desc=SFFF|FHFH|FFFH|HFFG is a map of one's own",
      settings: [
        ("map_name", map), ("desc", "none"), ("is_slippery", "true"), ("success_rate", "1/3"), ("discount", "0.99"),
      ]
    ) { settings in
      let own = settings.text("desc")
      let map: [String]
      if own != "none" {
        map = own.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      } else {
        let name = settings.text("map_name")
        guard let known = FrozenLakeTable.maps[name] else {
          throw InputError.unknown("map", name, among: FrozenLakeTable.maps.keys.sorted(), at: settings.place)
        }
        map = known
      }
      return try FrozenLakeTable.table(
        map: map, successRate: settings.flag("is_slippery") ? settings.number("success_rate") : nil)
    }
  }

  private static func cliff(_ id: String, _ isSlippery: Bool) -> GymnasiumEntry {
    GymnasiumEntry(
      id: id, summary: "along a cliff to the goal; a step onto it costs 100 and leads back to the start",
      settings: [("is_slippery", "\(isSlippery)"), ("discount", "0.99")]
    ) { settings in CliffWalkingTable.table(isSlippery: try settings.flag("is_slippery")) }
  }
}

/// The settings in a description of one of Gymnasium's worlds.
private struct GymnasiumSettings {
  var values: [String: String]
  var place: String

  func text(_ name: String) -> String { values[name] ?? "" }

  /// A number, or two parted by a slash.
  func number(_ name: String) throws -> Double {
    let parts = text(name).split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
    if let only = parts[0], parts.count == 1, only.isFinite { return only }
    if parts.count == 2, let over = parts[0], let under = parts[1], under != 0, (over / under).isFinite {
      return over / under
    }
    throw InputError("\(name) is '\(text(name))'", at: place, remedy: "give a number, such as 0.8 or 1/3")
  }

  func flag(_ name: String) throws -> Bool {
    switch text(name).lowercased() {
    case "true", "1", "yes": return true
    case "false", "0", "no": return false
    default: throw InputError("\(name) is '\(text(name))'", at: place, remedy: "give true or false")
    }
  }

  /// Errors of a table name a setting; here they also name the world.
  func placing<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch var error as InputError {
      if error.place != place { error.place = place + (error.place.map { ", \($0)" } ?? "") }
      throw error
    }
  }
}

extension RewardTable {
  /// A table's own reward: on state and action if the next state never matters, else on transitions.
  init(_ table: ToyTextTable, in mdp: TabularMDP) throws {
    let rows = table.merged
    let depends = rows.contains { row in row.contains { $0.reward != row[0].reward } }
    guard depends else {
      try self.init(
        expected: rows.enumerated().map { table.isTerminal[$0.offset / mdp.actionCount] ? 0 : $0.element[0].reward },
        in: mdp)
      return
    }
    self = try .zeros(.transition, states: mdp.stateCount, actions: mdp.actionCount, place: "gym:")
    for (index, row) in rows.enumerated() where !table.isTerminal[index / mdp.actionCount] {
      for outcome in row { values[index * states + outcome.next] = outcome.reward }
    }
  }
}
