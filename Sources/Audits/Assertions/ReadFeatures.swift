import Compute
import Environments
import Rewards

/// The numbers that a reward reads, by the names that people have for them: what assertions speak of.
///
/// A component of the observation has its own name. Where a reward reads the next observation as well, that one's are
/// called `next NAME`; where it reads only the next, they have the plain name. A discrete action is `action`, its values
/// its actions' names; the components of a continuous one have the names that the world gives them, or `action 0`,
/// `action 1`, …; whether the step ended the episode is `terminated`, 0 or 1.
package struct ReadFeatures: Sendable, Hashable {
  /// One number of an encoded transition.
  package struct Number: Sendable, Hashable {
    /// In lower case.
    package let name: String
    /// Where it stands in a row.
    package let column: Int
    /// The world's own bounds; infinite where there are none.
    package let range: ClosedRange<Float>
  }

  /// All but a discrete action.
  package let numbers: [Number]
  /// The actions' names in lower case, and the column of the first; nil without a discrete action.
  package let actions: (names: [String], start: Int)?
  /// Numbers in a row.
  package let width: Int

  package static func == (a: ReadFeatures, b: ReadFeatures) -> Bool { a.numbers == b.numbers && a.width == b.width }
  package func hash(into hasher: inout Hasher) { hasher.combine(numbers) }

  /// - Throws: `InputError` for a reward that looks at images: their pixels have no names.
  package init(_ encoding: TransitionEncoding, specification: EnvironmentSpecification) throws {
    guard encoding.images == nil, specification.image == nil else {
      throw InputError(
        "a reward that looks at images has no named numbers to state anything about", at: specification.id,
        remedy: "use a world whose observations have names, or 'pactolus inspect' for a map of what it looks at")
    }
    var numbers: [Number] = []
    var actions: (names: [String], start: Int)?
    var column = 0
    func observe(_ prefix: String) {
      for (index, name) in specification.observationNames.enumerated() {
        let (low, high) = (specification.observationSpace.low[index], specification.observationSpace.high[index])
        numbers.append(Number(name: prefix + name.lowercased(), column: column, range: min(low, high)...max(low, high)))
        column += 1
      }
    }
    if encoding.inputs.observation { observe("") }
    if encoding.inputs.action {
      switch specification.actionSpace {
      case .discrete(let names):
        actions = (names.map { $0.lowercased() }, column)
        column += names.count
      case .continuous(let box):
        for index in 0..<box.count {
          let own = specification.actionNames.indices.contains(index) ? specification.actionNames[index] : ""
          let name = own.isEmpty ? "action \(index)" : own.lowercased()
          numbers.append(Number(name: name, column: column, range: box.low[index]...box.high[index]))
          column += 1
        }
      }
    }
    if encoding.inputs.nextObservation { observe(encoding.inputs.observation ? "next " : "") }
    if encoding.inputs.termination {
      numbers.append(Number(name: "terminated", column: column, range: 0...1))
      column += 1
    }
    self.numbers = numbers
    self.actions = actions
    width = column
  }

  /// All names, `action` among them where there is a discrete one.
  package var names: [String] { numbers.map(\.name) + (actions == nil ? [] : ["action"]) }

  /// The number of this name.
  package func number(_ name: String) -> Number? { numbers.first { $0.name == name } }

  /// A row in words: the action, then numbers, those of `first` before the others.
  package func text(_ row: [Float], first: [Int] = [], most: Int = 6) -> String {
    var parts: [String] = []
    if let actions, let taken = actions.names.indices.first(where: { row[actions.start + $0] == 1 }) {
      parts.append("action = \(actions.names[taken])")
    }
    let ordered =
      numbers.filter { first.contains($0.column) } + numbers.filter { !first.contains($0.column) }
    for number in ordered.prefix(most) { parts.append("\(number.name) = \(Self.short(row[number.column]))") }
    if ordered.count > most { parts.append("…") }
    return parts.joined(separator: ", ")
  }

  private static func short(_ value: Float) -> String {
    let rounded = (Double(value) * 1000).rounded() / 1000
    return rounded == rounded.rounded() && abs(rounded) < 1e9 ? "\(Int(rounded))" : "\(rounded)"
  }
}
