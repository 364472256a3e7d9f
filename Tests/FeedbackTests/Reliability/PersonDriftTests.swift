import Compute
import Feedback
import Testing

@Suite("People who change")
struct PersonDriftTests {
  /// A person whose answers differ from the others' with these probabilities, one after the other; after how many the
  /// alarm sounds, and how many it lets count.
  private static func watch(
    _ shares: [Double], between: Double, _ random: inout RandomStream
  ) -> (at: Int, counted: Int)? {
    var drift = PersonDrift()
    for (answer, share) in shares.enumerated() {
      if let counted = drift.note(
        disagrees: random.bernoulli(share), answers: answer, answersBetweenFalseAlarms: between)
      {
        return (answer + 1, counted)
      }
    }
    return nil
  }

  /// Of 300 people each a second program, in NumPy, finds that all but 0, 0 and 15 are noticed, after 9, 22 and 51 answers
  /// (median), and that 99, 89 and 51 % of the estimates of where it began are within 20 answers.
  @Test(
    "who stops looking is noticed within some dozen answers, and about where it began", arguments: [0.05, 0.15, 0.25])
  func noticed(usual: Double) throws {
    var random = RandomSource(seed: 5).stream("drift/\(usual)")
    let before = 150
    var delays: [Double] = []
    var places: [Double] = []
    var early = 0
    for _ in 0..<300 {
      let shares = [Double](repeating: usual, count: before) + [Double](repeating: 0.5, count: 400)
      guard let found = Self.watch(shares, between: 1000, &random) else { continue }
      if found.at <= before {
        early += 1
      } else {
        delays.append(Double(found.at - before))
        places.append(Double(found.counted - before))
      }
    }
    #expect(delays.count + early >= 270 && early < 30)
    #expect(delays.sorted()[delays.count / 2] < 70)
    #expect(places.count { abs($0) <= 20 } * 5 > places.count * 2)
  }

  /// At 20,000 answers between false alarms at the share that is taken for usual, 940 answers after the first 60 have one
  /// in about 1 − exp(−940 ÷ 20,000) = 4.6 % of people, and in fewer whose share is smaller, as it is for most.
  @Test("who goes on as they began is hardly ever found to have changed", arguments: [0.05, 0.15, 0.25])
  func quiet(usual: Double) {
    var random = RandomSource(seed: 6).stream("quiet/\(usual)")
    let alarms = (0..<1000).count { _ in
      Self.watch([Double](repeating: usual, count: 1000), between: 20_000, &random) != nil
    }
    // 4.6 % and four deviations of .66 %.
    #expect(alarms < 74)
  }

  @Test("who never looked has no usual share from which a half can be told")
  func hopeless() {
    var random = RandomSource(seed: 7).stream("hopeless")
    var found = 0
    for _ in 0..<100 {
      var drift = PersonDrift()
      for answer in 0..<600 {
        if drift.note(disagrees: random.bernoulli(0.5), answers: answer, answersBetweenFalseAlarms: 1000) != nil {
          found += 1
          break
        }
      }
      if drift.usual == nil { #expect(drift.checked == 600) }
    }
    // In the few whose first answers happen to agree, it comes as a change.
    #expect(found < 15)
  }

  @Test("in a pool the one who tires is not asked any more, and only what they said since does not count")
  func pool() throws {
    var members = [SimulatedPerson](repeating: SimulatedPerson(.rational()), count: 4)
    members[3].flaws.drift = 15
    var pool = SimulatedPool(members, overlap: 0.5, answersBetweenFalseAlarms: 1000)
    let source = RandomSource(seed: 8)
    var stream = source.stream("clips")
    for question in 0..<600 {
      let pair = (rewarded([Float(stream.normal())]), rewarded([Float(stream.normal())]))
      let people = pool.respondents(to: question, random: source)
      let answers = people.map { person in
        (person, pool.members[person].answer(first: pair.0, second: pair.1, random: &stream))
      }
      pool.compare(answers.map { ($0.0, $0.1 == .first ? 0 : 1) })
      for (place, person) in people.enumerated() { pool.note(person: person, query: 4 * question + place) }
    }
    let notice = try #require(pool.drifted.first)
    #expect(pool.drifted.count == 1 && notice.person == 3 && pool.trusted == [0, 1, 2])
    #expect(notice.counted > 0 && notice.counted < pool.queries[3].count)
    #expect(pool.withdrawn == Array(pool.queries[3].dropFirst(notice.counted)))
    #expect(pool.respondents(to: 3, random: source).contains(3) == false)
  }
}
