import Synchronization

/// So many at once, in all and of one person: event streams, requests.
final class Places: Sendable {
  private let most: Int
  private let mostOfPerson: Int
  private let counts = Mutex<(all: Int, of: [String: Int])>((0, [:]))

  init(most: Int, mostOfPerson: Int) { (self.most, self.mostOfPerson) = (most, mostOfPerson) }

  /// A place, given back when nothing refers to it any more; nil if there is none.
  func place(for person: String) -> Place? {
    let taken = counts.withLock { counts in
      guard counts.all < most, counts.of[person, default: 0] < mostOfPerson else { return false }
      counts.all += 1
      counts.of[person, default: 0] += 1
      return true
    }
    return taken ? Place(person, self) : nil
  }

  private func give(_ person: String) {
    counts.withLock { counts in
      counts.all -= 1
      let left = (counts.of[person] ?? 1) - 1
      counts.of[person] = left > 0 ? left : nil
    }
  }

  final class Place: Sendable {
    private let person: String
    private let places: Places

    fileprivate init(_ person: String, _ places: Places) { (self.person, self.places) = (person, places) }

    deinit { places.give(person) }
  }
}
