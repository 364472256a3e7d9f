import Foundation
import Pactolus

/// Numbers on the states and actions of a world on the command line: shares of data, or weights.
enum CoverageWords {
  static let help =
    "uniform, numbers parted by commas (state by state; they are scaled to sum to 1), a .npy or .json array, or "
    + "policy:POLICY for what a policy visits"

  /// Shares that sum to 1, [states × actions].
  static func read(_ text: String, in finite: FiniteWorld, at option: String) throws -> [Double] {
    let mdp = finite.mdp
    let rows = mdp.stateCount * mdp.actionCount
    let counts: [Double]
    if text == "uniform" {
      counts = [Double](repeating: 1, count: rows)
    } else if text.hasPrefix("policy:") {
      counts = mdp.occupancy(of: try PolicyWords.one(String(text.dropFirst(7)), in: finite, at: option).policy)
    } else if text.hasSuffix(".npy") || text.hasSuffix(".json") {
      let table = try RewardTable.named(text, in: finite)
      guard table.axes == .stateAction else {
        throw InputError(
          "the numbers are on \(table.axes.words)", at: text, remedy: "give one for each state and action")
      }
      counts = table.values
    } else {
      counts = try text.split(separator: ",").map { part in
        guard let value = Double(part) else {
          throw InputError("'\(part)' is no number", at: option, remedy: "give \(rows) numbers parted by commas")
        }
        return value
      }
    }
    guard counts.count == rows else {
      throw InputError("\(counts.count) numbers", at: option, remedy: "give \(rows), one for each state and action")
    }
    if let index = counts.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw InputError(
        "the number is \(counts[index])", at: "\(option), state \(finite.stateNames[index / mdp.actionCount])",
        remedy: "none is negative")
    }
    let shares = Vectors.unitScaled(counts).values
    let sum = shares.reduce(0, +)
    guard sum > 0 else { throw InputError("all numbers are 0", at: option, remedy: "some must be positive") }
    return shares.map { $0 / sum }
  }
}
