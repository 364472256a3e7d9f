import Audits
import Compute
import Feedback

extension LearnRun {
  /// One person's answer to a question, or the answer of nobody in particular.
  struct Reply {
    /// Nil for the majority, or nobody.
    var person: Int?
    var name: String
    var answer: ComparisonAnswer
  }

  /// What the people whose turn it is say to a comparison, fewer of them if the answers left do not suffice for all.
  func replies(to comparison: Comparison, atMost count: Int) -> [Reply] {
    let seen = (judge.seen(comparison.first), judge.seen(comparison.second))
    func ask(_ persons: [Int]) -> [(person: Int, answer: ComparisonAnswer)] {
      persons.enumerated().map { place, person in
        var chance = random.stream("person/answer", counters.queries + place)
        return (person, people.members[person].answer(first: seen.0, second: seen.1, random: &chance))
      }
    }
    let respondents = people.respondents(to: counters.queries, random: random)
    if respondents.isEmpty {
      guard settings.person.fallback == .majority else { return [Reply(name: "nobody", answer: .skipped)] }
      let answers = ask(Array(people.members.indices)).map(\.answer)
      return [Reply(name: "majority", answer: Deferral.majority(answers) ?? .skipped)]
    }
    let answers = ask(Array(respondents.prefix(count)))
    people.compare(answers)
    return answers.map { Reply(person: $0.person, name: name(of: $0.person), answer: $0.answer) }
  }

  /// `simulated/boltzmann`; with its number, from 1, where there are several.
  func name(of person: Int) -> String {
    let kind = "simulated/\(settings.person.kind.rawValue)"
    return people.members.count == 1 ? kind : "\(kind)/\(person + 1)"
  }

  /// Stops asking people who are found unreliable, forgets what they said, and says so in the ledger.
  func deferUnreliablePeople(_ iteration: Int) throws {
    guard let policy = settings.person.deferral, people.trusted.count > 0, people.members.count > 1 else { return }
    let notices = try people.deferUnreliable(
      by: policy, answers: counters.answers, random: random.child("people/deferral", iteration))
    var entries: [LedgerEntry] = []
    for notice in notices {
      let finding = DeferredPerson(notice, name: name(of: notice.person), policy: policy).finding()
      entries.append(LedgerEntry(.findingMade(FindingMade(finding: finding)), step: counters.allSteps))
    }
    if !entries.isEmpty { try ledger.append(entries) }
    forgetDeferred()
  }

  /// The answers of people who are not asked any more teach the reward nothing from now on; the ledger keeps them.
  func forgetDeferred() {
    for notice in people.deferred { for query in people.queries[notice.person] { answered.withdraw(query) } }
  }
}
