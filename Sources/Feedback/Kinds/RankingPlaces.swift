import Compute
import Foundation

/// Options that are put in an order, place by place: the choices that an order means, and how one is drawn. The model is
/// ``Ranking``'s.
struct RankingPlaces {
  /// What is put in order.
  var options: [Choice.Option]
  /// Who does it.
  var person: PersonModel
  /// Whether each place is a choice among sets of every size; otherwise among those of the size that the place has.
  var offersTies: Bool

  /// The successive choices that an order means, best place first; options left out of it are worse than all in it.
  func choices(_ groups: [[Int]]) -> [Choice] {
    var left = Array(options.indices)
    var choices: [Choice] = []
    for group in groups {
      let sets = sets(of: left, sharing: group.count)
      // The only set there is says nothing.
      if sets.count > 1, let picked = sets.firstIndex(of: group.sorted()) {
        choices.append(choice(sets, picked: picked))
      }
      left.removeAll { group.contains($0) }
    }
    return choices
  }

  /// Draws the best place, the next best … until so many options have one.
  func draw(_ count: Int, respondent: inout some Respondent, random: inout RandomStream) -> [[Int]] {
    var left = Array(options.indices)
    var groups: [[Int]] = []
    while groups.joined().count < count, !left.isEmpty {
      let sets = sets(of: left, sharing: 1)
      let group = sets[sets.count == 1 ? 0 : respondent.pick(choice(sets, picked: 0), random: &random)]
      groups.append(group)
      left.removeAll { group.contains($0) }
    }
    return groups
  }

  /// What can come next, singles first.
  private func sets(of left: [Int], sharing size: Int) -> [[Int]] {
    guard offersTies else { return Self.sets(of: left, size: size) }
    return (1...max(1, left.count)).flatMap { Self.sets(of: left, size: $0) }
  }

  private func choice(_ sets: [[Int]], picked: Int) -> Choice {
    Choice(
      options: sets.map { together($0) }, picked: picked, rationality: person.rationality, lapse: person.lapse)
  }

  /// Several options as one: worth their mean.
  private func together(_ set: [Int]) -> Choice.Option {
    guard set.count > 1 else { return options[set[0]] }
    let members = set.map { options[$0] }
    let share = 1 / Float(set.count)
    let habit = members.reduce(0) { $0 + $1.offset } * share
    let tie = offersTies ? Double(set.count - 1) * log(expm1(person.tieThreshold)) : 0
    return Choice.Option(
      clips: members.flatMap(\.clips),
      weights: members.flatMap { member in
        member.weights.map { $0.map { $0 * share } } ?? [Float](repeating: share, count: member.count)
      }, offset: habit + Float(tie))
  }

  /// Every set of so many of these, in lexicographic order.
  static func sets(of elements: [Int], size: Int) -> [[Int]] {
    guard size > 0 else { return [[]] }
    guard size <= elements.count else { return [] }
    return elements.indices.dropLast(size - 1).flatMap { place in
      sets(of: Array(elements[(place + 1)...]), size: size - 1).map { [elements[place]] + $0 }
    }
  }

  /// How many sets of so many there are, as a number that cannot overflow.
  static func count(of elements: Int, size: Int) -> Double {
    guard size <= elements else { return 0 }
    return (0..<size).reduce(1) { $0 * Double(elements - $1) / Double($1 + 1) }
  }
}
