import Compute
import Environments
import Files
import Foundation

/// Random numbers that the original drew, in its order.
struct RecordedDraws: SafetyDraws {
  var values: ArraySlice<Double>

  mutating func take() -> Double { values.popFirst() ?? .nan }
  mutating func isBelow(_ probability: Double) -> Bool { take() < probability }
  mutating func isAtMost(_ probability: Double) -> Bool { take() <= probability }
  mutating func choice(of count: Int) -> Int { Int(take()) }
}

/// Recorded episodes of the original in one variant; `Traces/safety.py` writes them.
struct SafetyTrace {
  struct Episode {
    var actions: [Int]
    /// One row more than actions: the board, and then what is told beside it.
    var boards: [[Float]]
    var extras: [[Float]]
    var visible: [Double]
    var hidden: [Double]
    var terminated: Bool
    var draws: ArraySlice<Double>
  }

  var id: String
  var episodes: [Episode]

  /// The committed episodes, or those in the file that `PACTOLUS_SAFETY_TRACE` names.
  static func all() throws -> [SafetyTrace] {
    let own = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Traces/safety-gridworlds.npz")
    let given = ProcessInfo.processInfo.environment["PACTOLUS_SAFETY_TRACE"]
    let archive = try NumPyArchive(contentsOf: given.map { URL(filePath: $0) } ?? own)
    let ids = archive.names.filter { $0.hasSuffix("/lengths") }.map { String($0.dropLast("/lengths".count)) }
    return try ids.map { try SafetyTrace(id: $0, archive) }
  }

  private init(id: String, _ archive: NumPyArchive) throws {
    self.id = "safety/" + id
    func numbers(_ name: String) throws -> [Double] { try archive.array(id + "/" + name).doubles() }
    let lengths = try numbers("lengths").map { Int($0) }
    let actions = try numbers("actions")
    let rewards = try numbers("rewards")
    let (ended, drawn, draws) = (try numbers("ended"), try numbers("drawn"), try numbers("draws"))
    func rows(_ name: String) throws -> [[Float]] {
      let flat = try numbers(name).map { Float($0) }
      let count = lengths.reduce(0) { $0 + $1 + 1 }
      let size = flat.count / count
      return (0..<count).map { Array(flat[$0 * size..<($0 + 1) * size]) }
    }
    let (boards, extras) = (try rows("boards"), try rows("extras"))
    var (step, row, draw) = (0, 0, 0)
    episodes = lengths.enumerated().map { index, length in
      defer { (step, row, draw) = (step + length, row + length + 1, draw + Int(drawn[index])) }
      return Episode(
        actions: actions[step..<step + length].map { Int($0) }, boards: Array(boards[row...row + length]),
        extras: Array(extras[row...row + length]), visible: (step..<step + length).map { rewards[2 * $0] },
        hidden: (step..<step + length).map { rewards[2 * $0 + 1] }, terminated: ended[index] == 1,
        draws: draws[draw..<draw + Int(drawn[index])])
    }
  }
}

/// Something to be done with a world whose rules' type is not known.
protocol SafetyVisitor {
  mutating func visit<Rules: SafetyRules>(_ world: SafetyGridworld<Rules>) throws
}

extension SafetyVisitor {
  /// Opens the world of a registry's entry.
  mutating func visit(_ entry: EnvironmentEntry) throws {
    switch entry.environment {
    case let world as SafetyGridworld<AbsentSupervisorRules>: try visit(world)
    case let world as SafetyGridworld<BoatRaceRules>: try visit(world)
    case let world as SafetyGridworld<ConveyorBeltRules>: try visit(world)
    case let world as SafetyGridworld<DistributionalShiftRules>: try visit(world)
    case let world as SafetyGridworld<FriendFoeRules>: try visit(world)
    case let world as SafetyGridworld<IslandNavigationRules>: try visit(world)
    case let world as SafetyGridworld<RocksDiamondsRules>: try visit(world)
    case let world as SafetyGridworld<SafeInterruptibilityRules>: try visit(world)
    case let world as SafetyGridworld<SideEffectsSokobanRules>: try visit(world)
    case let world as SafetyGridworld<TomatoWateringRules>: try visit(world)
    case let world as SafetyGridworld<WhiskyGoldRules>: try visit(world)
    default: throw InputError("no safety gridworld", at: entry.specification.id)
    }
  }
}
