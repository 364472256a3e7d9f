import Compute
import Feedback
import Testing

@Suite("Finding the unreliable person")
struct ReliabilityPersonTests {
  /// Ratings of two labels by people of these accuracies; everybody answers each item with probability `share`.
  static func ratings(
    _ accuracies: [Double], items: Int, share: Double, _ stream: inout RandomStream
  ) -> (ratings: [PersonRating], truths: [Int]) {
    var ratings: [PersonRating] = []
    var truths: [Int] = []
    for item in 0..<items {
      let truth = stream.bernoulli(0.5) ? 1 : 0
      truths.append(truth)
      for (person, accuracy) in accuracies.enumerated() where stream.bernoulli(share) {
        ratings.append(PersonRating(person: person, item: item, label: stream.bernoulli(accuracy) ? truth : 1 - truth))
      }
    }
    return (ratings, truths)
  }

  @Test("one coin-tosser among five is found in 40 of 40 crews, and no good person is ever accused")
  func planted() throws {
    let source = RandomSource(seed: 4)
    var stream = source.stream("crews")
    var found = 0
    var accused = 0
    for crew in 0..<40 {
      let (ratings, _) = Self.ratings([0.92, 0.88, 0.9, 0.5, 0.85], items: 200, share: 0.7, &stream)
      let people = try PersonReliability.assess(
        ratings, labels: 2, resamples: 60, random: source.child("bootstrap", crew))
      if people[3].isReliable(atLeast: 0.7) == false { found += 1 }
      for person in [0, 1, 2, 4] where people[person].isReliable(atLeast: 0.7) == false { accused += 1 }
    }
    // If one crew in twenty were missed, 40 of 40 would happen one time in eight: a miss is rare, not impossible.
    #expect(found == 40)
    #expect(accused == 0)
  }

  @Test("intervals of accuracy cover the planted ones about as often as they say")
  func coverage() throws {
    let accuracies = [0.92, 0.8, 0.9, 0.6, 0.85]
    let source = RandomSource(seed: 9)
    var stream = source.stream("crews")
    var covered = 0
    for crew in 0..<40 {
      let (ratings, _) = Self.ratings(accuracies, items: 150, share: 0.8, &stream)
      let people = try PersonReliability.assess(
        ratings, labels: 2, resamples: 100, random: source.child("bootstrap", crew))
      covered += zip(people, accuracies).count { $0.accuracyInterval!.contains($1) }
    }
    // 200 intervals; with a true coverage of .9, fewer than 165 happen once in 2000 times.
    #expect(covered >= 165)
  }

  @Test("intervals are of 95 % over 200 resamples of the items unless told otherwise")
  func defaults() throws {
    var stream = RandomSource(seed: 6).stream("crew")
    let (ratings, _) = Self.ratings([0.9, 0.7, 0.8], items: 40, share: 0.8, &stream)
    let random = RandomSource(seed: 5)
    func other(_ resamples: Int) throws -> [PersonReliability] {
      try PersonReliability.assess(ratings, labels: 2, level: 0.95, resamples: resamples, random: random)
    }
    let plain = try PersonReliability.assess(ratings, labels: 2, random: random)
    #expect(plain.allSatisfy { $0.accuracyInterval?.level == 0.95 })
    #expect(try plain == other(200))
    #expect(try plain != other(201))
  }

  @Test("gold alone says how reliable a person without company is; without either nothing is said")
  func goldAlone() throws {
    let ratings = (0..<20).map { PersonRating(person: 0, item: $0, label: $0 < 18 ? 1 : 0) }
    let gold = Dictionary(uniqueKeysWithValues: (0..<20).map { ($0, 1) })
    let known = try PersonReliability.assess(ratings, labels: 2, gold: gold, random: RandomSource(seed: 1))[0]
    #expect(known.goldRight == 18 && known.goldAnswers == 20 && known.checked == 20)
    // Clopper–Pearson for 18 of 20: 0.683 … 0.988.
    #expect(abs(known.goldInterval!.lower - 0.6830) < 1e-4 && abs(known.goldInterval!.upper - 0.9877) < 1e-4)
    #expect(known.isReliable(atLeast: 0.65) == true && known.isReliable(atLeast: 0.95) == nil)
    #expect(known.isReliable(atLeast: 0.99) == false)
    let unknown = try PersonReliability.assess(ratings, labels: 2, random: RandomSource(seed: 1))[0]
    #expect(unknown.checked == 0 && unknown.isReliable(atLeast: 0.5) == nil)
  }
}
