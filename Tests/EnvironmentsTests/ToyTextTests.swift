import Compute
import Environments
import Files
import Foundation
import Testing

/// Right values: Gymnasium 1.4.0's own tables, and for Blackjack an enumeration of hands with its functions;
/// `Traces/toy_text.py` writes them.
@Suite("Gymnasium's toy-text tables")
struct ToyTextTests {
  private func expected(_ name: String) throws -> (rows: [[Double]], start: [Double]) {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Traces/toy-text.npz")
    let archive = try NumPyArchive(contentsOf: file)
    let flat = try archive.array(name + "/outcomes").doubles()
    return (
      stride(from: 0, to: flat.count, by: 6).map { Array(flat[$0..<$0 + 6]) },
      try archive.array(name + "/start").doubles()
    )
  }

  private func rows(_ table: ToyTextTable) -> [[Double]] {
    table.outcomes.enumerated().flatMap { index, row in
      row.map {
        [
          Double(index / table.actionNames.count), Double(index % table.actionNames.count), $0.probability,
          Double($0.next), $0.reward, $0.ends ? 1 : 0,
        ]
      }
    }
  }

  @Test("every entry of every table is Gymnasium's, in its order and in every bit")
  func tables() throws {
    let tables: [(String, ToyTextTable)] = [
      ("lake", try FrozenLakeTable.table(map: FrozenLakeTable.maps["4x4"]!)),
      ("lake-8x8", try FrozenLakeTable.table(map: FrozenLakeTable.maps["8x8"]!)),
      ("lake-dry", try FrozenLakeTable.table(map: FrozenLakeTable.maps["4x4"]!, successRate: nil)),
      ("lake-map", try FrozenLakeTable.table(map: ["SFH", "SFG"], successRate: 0.75)),
      ("cliff", CliffWalkingTable.table()), ("cliff-slippery", CliffWalkingTable.table(isSlippery: true)),
      ("taxi", try TaxiTable.table()), ("taxi-rain", try TaxiTable.table(rainProbability: 0.7)),
    ]
    for (name, table) in tables {
      let (rows, start) = try expected(name)
      let ours = self.rows(table)
      #expect(ours.count == rows.count, "\(name)")
      let differing = zip(ours, rows).first { $0 != $1 }
      #expect(differing == nil, "\(name)")
      #expect(table.start == start, "\(name)")
    }
  }

  @Test(
    "Blackjack is the game that Gymnasium plays",
    arguments: zip(BlackjackTable.Natural.allCases, ["blackjack-wins", "blackjack-pays-more", "blackjack-none"]))
  func blackjack(rule: BlackjackTable.Natural, name: String) throws {
    let table = BlackjackTable.table(natural: rule)
    let (wanted, start) = try expected(name)
    func key(_ row: [Double]) -> [Double] { [row[0], row[1], row[3], row[4], row[5]] }
    let probabilities = Dictionary(uniqueKeysWithValues: wanted.map { (key($0), $0[2]) })
    let ours = rows(table).filter { $0[0] < 290 }
    #expect(Set(ours.map(key)) == Set(wanted.map(key)) && ours.count == wanted.count)
    #expect(ours.allSatisfy { abs($0[2] - probabilities[key($0), default: 9]) < 1e-14 })
    #expect(zip(table.start, start).allSatisfy { abs($0 - $1) < 1e-15 })
  }

  @Test("a state that an episode ends in is reached by ending alone, wherever play can come")
  func ends() throws {
    for table in [
      try FrozenLakeTable.table(map: FrozenLakeTable.maps["8x8"]!), CliffWalkingTable.table(isSlippery: true),
      try TaxiTable.table(rainProbability: 0.5), BlackjackTable.table(),
    ] {
      let mdp = try table.mdp(discount: 0.9)
      let reachable = mdp.reachableStates
      for (index, row) in table.outcomes.enumerated()
      where reachable[index / mdp.actionCount] && !mdp.isTerminal[index / mdp.actionCount] {
        #expect(row.allSatisfy { $0.ends == mdp.isTerminal[$0.next] })
      }
    }
  }

  @Test("maps and probabilities that are none are refused")
  func refusals() throws {
    for map in [[], [""], ["SF", "F"], ["SX"], ["FG"]] {
      #expect(throws: InputError.self) { try FrozenLakeTable.table(map: map) }
    }
    #expect(throws: InputError.self) { try FrozenLakeTable.table(map: ["SG"], successRate: 1.5) }
    #expect(throws: InputError.self) { try TaxiTable.table(rainProbability: -0.1) }
    #expect(throws: InputError.self) { try CliffWalkingTable.table().mdp(discount: 2) }
  }
}
