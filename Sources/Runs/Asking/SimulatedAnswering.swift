import Audits
import Compute
import Environments
import Feedback
import Files
import Findings

/// A simulated pool of people who answer at once.
///
/// Questions go round in turns, a share of the comparisons to everybody; who is found unreliable is not asked any more
/// (`Deferral`). Every answer draws from a stream named by the query that it becomes.
final class SimulatedAnswering: Answering {
  private let settings: PersonSettings
  private let segmentLength: Int
  private let world: FeedbackWorld
  private let kinds: FeedbackRegistry
  private let random: RandomSource
  private var pool: SimulatedPool
  private var reward: PersonalReward
  /// Returns of the last training episodes as the people judge, at most ten: what B-Pref's teachers measure by.
  private var recentReturns: [Double] = []
  private var asked: [PosedQuestion] = []

  let isSimulated = true

  /// - Throws: `InputError` for people that make no sense, or a reward that the environment does not have.
  init(
    _ settings: LearnSettings, _ entry: EnvironmentEntry, _ kinds: FeedbackRegistry, random: RandomSource
  ) throws {
    self.settings = settings.person
    self.random = random
    self.kinds = kinds
    segmentLength = settings.feedback.segmentLength
    world = FeedbackWorld(entry)
    pool = settings.person.people
    reward = try PersonalReward(settings.person.judgesBy, in: entry)
    for person in pool.members { try person.validate() }
  }

  // MARK: Asking

  func begin(_ round: AskingRound) throws -> [Finding] {
    adapt(to: round.trajectories)
    guard let policy = settings.deferral, pool.trusted.count > 0, pool.members.count > 1 else { return [] }
    let notices = try pool.deferUnreliable(
      by: policy, answers: round.answers, random: random.child("people/deferral", round.iteration))
    return notices.map { DeferredPerson($0, name: name(of: $0.person), policy: policy).finding() }
  }

  private func adapt(to trajectories: [Trajectory]) {
    let returns =
      recentReturns.isEmpty
      ? trajectories.filter { $0.terminated || $0.truncated }.map { reward.seen($0).trueReturn } : recentReturns
    guard !returns.isEmpty, let limit = world.specification.maximumEpisodeSteps else { return }
    pool.adapt(
      to: RecentReturns(
        meanTrueReturn: returns.reduce(0, +) / Double(returns.count), segmentLength: segmentLength,
        maximumEpisodeSteps: limit))
  }

  func ask(_ questions: [PosedQuestion]) throws { asked = questions }

  func collect(_ round: IntakeRound, stop: StopFlag) throws -> [AnswerEvent]? {
    defer { asked = [] }
    var query = round.firstQuery
    // Questions that everybody answers use up others.
    var left = asked.count { $0.kind == PairComparison.name && !$0.forEvaluation }
    var events: [AnswerEvent] = []
    for question in asked {
      var replies: [Reply]
      if question.kind == PairComparison.name {
        guard question.forEvaluation || left > 0 else { continue }
        replies = compare(question, query, atMost: question.forEvaluation ? 1 : left)
        if !question.forEvaluation { left -= replies.count }
      } else {
        replies = [try reply(to: question, query)]
      }
      for reply in replies {
        events.append(
          .answered(
            GivenAnswer(
              number: query, question: question, person: reply.name, content: reply.answer?.content,
              clips: (reply.answer?.clips ?? []).map(question.stored), skipped: reply.skipped)))
        if let person = reply.person { pool.note(person: person, query: query) }
        query += 1
      }
    }
    return events
  }

  /// One person's answer to a question, or the answer of nobody in particular.
  private struct Reply {
    /// Nil for the majority, or nobody.
    var person: Int?
    var name: String
    var answer: Answer<JSONValue>?
    var skipped: String?

    init(person: Int?, name: String, answer: Answer<JSONValue>?, skipped: String?) {
      (self.person, self.name, self.answer, self.skipped) = (person, name, answer, skipped)
    }

    init(person: Int? = nil, name: String, _ answer: ComparisonAnswer) {
      let isEvidence = answer.isEvidence
      self.init(
        person: person, name: name,
        answer: isEvidence ? Answer(.object(["answer": .string(answer.rawValue)])) : nil,
        skipped: isEvidence ? nil : answer.rawValue)
    }
  }

  /// What the people whose turn it is say to a comparison, fewer of them if the answers left do not suffice for all.
  private func compare(_ question: PosedQuestion, _ query: Int, atMost count: Int) -> [Reply] {
    let seen = question.question.clips.map(reward.seen)
    func ask(_ persons: [Int]) -> [(person: Int, answer: ComparisonAnswer)] {
      persons.enumerated().map { place, person in
        var chance = random.stream("person/answer", query + place)
        return (person, pool.members[person].answer(first: seen[0], second: seen[1], random: &chance))
      }
    }
    let respondents = pool.respondents(to: query, random: random)
    if respondents.isEmpty {
      guard settings.fallback == .majority else { return [Reply(name: "nobody", .skipped)] }
      let answers = ask(Array(pool.members.indices)).map(\.answer)
      return [Reply(name: "majority", Deferral.majority(answers) ?? .skipped)]
    }
    let answers = ask(Array(respondents.prefix(count)))
    pool.compare(answers)
    return answers.map { Reply(person: $0.person, name: name(of: $0.person), $0.answer) }
  }

  /// An answer of one person: of several whose turn it is the first; the next in line if all are found unreliable.
  private func reply(to question: PosedQuestion, _ query: Int) throws -> Reply {
    let person = pool.respondents(to: query, random: random).first ?? query % pool.members.count
    var chance = random.stream("person/answer", query)
    var judge: any Respondent = SimulatedRespondent(pool.members[person]) { [reward] in
      reward.seen($0).rewards.map(Double.init)
    }
    let answer = try kinds.kind(question.kind).simulate(
      question.question, in: world, respondent: &judge, random: &chance)
    return Reply(
      person: person, name: name(of: person), answer: answer,
      skipped: answer == nil ? ComparisonAnswer.cannotTell.rawValue : nil)
  }

  /// `simulated/boltzmann`; with its number, from 1, where there are several.
  private func name(of person: Int) -> String {
    let kind = "simulated/\(settings.kind.rawValue)"
    return pool.members.count == 1 ? kind : "\(kind)/\(person + 1)"
  }

  // MARK: What is remembered

  /// The answers of people who are not asked any more teach the reward nothing; the ledger keeps them.
  var withdrawn: [Int] { pool.deferred.flatMap { pool.queries[$0.person] } }

  func observe(returns: [Double], experience: [Trajectory]) {
    let judged = reward.isTruth ? returns : reward.returns(of: experience)
    recentReturns = Array((recentReturns + judged).suffix(10))
  }

  /// Whether what people did before decides what they do next.
  private var isRemembered: Bool { settings.isRemembered }

  func state() throws -> [String: String] {
    var state = ["recentReturns": try CanonicalJSON.encode(recentReturns)]
    if !reward.isTruth { state["judged"] = try CanonicalJSON.encode(reward.sums) }
    if isRemembered { state["people"] = try CanonicalJSON.encode(pool) }
    return state
  }

  func restore(_ state: [String: String]) throws {
    func part<Value: Decodable>(_ name: String, _ type: Value.Type) throws -> Value {
      guard let text = state[name] else { throw InputError("its part '\(name)' is missing") }
      do {
        return try CanonicalJSON.decode(type, from: text)
      } catch {
        throw InputError("its part '\(name)' cannot be read")
      }
    }
    recentReturns = try part("recentReturns", [Double].self)
    if !reward.isTruth { reward.restore(sums: try part("judged", [Int: Double].self)) }
    if isRemembered { pool = try part("people", SimulatedPool.self) }
  }
}
