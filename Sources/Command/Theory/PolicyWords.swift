import Files
import Foundation
import Pactolus

/// Policies on the command line: words such as "01,10,uniform", or a JSON file with a list or an object of policies.
enum PolicyWords {
  static let help =
    "an action for each state (\"01\", or \"3-0-12\" where actions have two digits), \"uniform\", or a .json file "
    + "of policies"

  static let oneHelp = help + " with one, or optimal:REWARD for a best one"

  /// A single policy, which may also be a best one for a reward.
  static func one(
    _ text: String, in finite: FiniteWorld, at option: String
  ) throws -> (name: String, policy: TabularPolicy) {
    if text.hasPrefix("optimal:") {
      let (unit, _) = try RewardTable.named(String(text.dropFirst(8)), in: finite).unitScaled
      return (text, PolicyIteration.solve(finite.mdp, rewards: unit.expected(in: finite.mdp)).policy)
    }
    let read = try read(text, in: finite.mdp)
    guard read.count == 1 else { throw InputError("\(read.count) policies", at: option, remedy: "give one") }
    return read[0]
  }

  static func read(_ text: String, in mdp: TabularMDP) throws -> [(name: String, policy: TabularPolicy)] {
    guard text.hasSuffix(".json") else {
      return try text.split(separator: ",").map { word in
        (String(word), try PolicyText.word(String(word)).policy(in: mdp, place: "policy \(word)"))
      }
    }
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: text)) } catch {
      throw InputError("the file cannot be read", at: text, remedy: "give a .json file that exists")
    }
    // What is no JSON at all is said with its line and column.
    _ = try JSONValue(parsing: Array(data), place: text)
    if let list = try? JSON.decode([PolicyText].self, from: data) {
      return try list.enumerated().map { index, policy in
        let policy = try policy.policy(in: mdp, place: "\(text), policy \(index)")
        return (PolicySet.name(of: policy), policy)
      }
    }
    guard let named = try? JSON.decode([String: PolicyText].self, from: data) else {
      throw InputError(
        "these are no policies", at: text, remedy: "give a list of policies, or an object of them by name")
    }
    return try named.sorted { $0.key < $1.key }.map {
      ($0.key, try $0.value.policy(in: mdp, place: "\(text), \($0.key)"))
    }
  }
}
