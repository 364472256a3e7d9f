import Audits
import Compute
import Environments
import Feedback
import Files
import Findings
import Foundation

/// A simulated pool of people who answer at once.
///
/// Questions go round in turns, a share of those that people can be held against one another by to everybody; who is
/// found unreliable is not asked any more (`Deferral`). Every question is answered through its kind. Every answer draws from a stream named by the query that it becomes.
package final class SimulatedAnswering: Answering {
  private let settings: PersonSettings
  private let segmentLength: Int
  /// How long an answer takes on average where it has to come in time.
  private let secondsToAnswer: Double
  private let world: FeedbackWorld
  private let kinds: FeedbackRegistry
  private let random: RandomSource
  private var pool: SimulatedPool
  private var reward: PersonalReward
  /// Measured when an answer first needs it; a function of the settings.
  private var measuredScale: PersonalScale?
  /// Returns of the last training episodes as the people judge, at most ten: what B-Pref's teachers measure by.
  private var recentReturns: [Double] = []
  private var asked: [PosedQuestion] = []
  /// How many of those who changed have been told of.
  private var reportedDrifts = 0

  package let isWatched = false
  package let mayTakeBack = false

  /// - Throws: `InputError` for people that make no sense, or a reward that the environment does not have.
  package init(
    _ settings: LearnSettings, _ entry: EnvironmentEntry, _ kinds: FeedbackRegistry, random: RandomSource
  ) throws {
    self.settings = settings.person
    self.random = random
    self.kinds = kinds
    segmentLength = settings.feedback.segmentLength
    secondsToAnswer = settings.caution.askFirstSeconds
    world = FeedbackWorld(entry)
    pool = settings.person.people
    reward = try PersonalReward(settings.person.judgesBy, in: entry)
    for person in pool.members { try person.validate() }
  }

  // MARK: Asking

  package func begin(_ round: AskingRound) throws -> [Finding] {
    adapt(to: round.trajectories)
    guard let policy = settings.deferral, pool.trusted.count > 0, pool.members.count > 1 else { return [] }
    let notices = try pool.deferUnreliable(
      by: policy, answers: round.answers, random: random.child("people/deferral", round.iteration))
    return notices.map { DeferredPerson($0, name: name(of: $0.person), policy: policy).finding() }
  }

  package func findings() -> [Finding] {
    let fresh = pool.drifted.dropFirst(reportedDrifts)
    reportedDrifts += fresh.count
    return fresh.map { DriftedPerson($0, name: name(of: $0.person)).finding() }
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

  /// Kind after kind, under the numbers of the queries that the answers become.
  package func plan(_ kinds: [String], _ numbers: QuestionNumbers) -> QuestionPlan { .grouped(kinds, numbers.queries) }

  package func ask(_ questions: [PosedQuestion]) throws { asked = questions }

  package func collect(_ round: IntakeRound, stop: StopFlag) throws -> [AnswerEvent]? {
    defer { asked = [] }
    var query = round.firstQuery
    // A question that several people answer uses up others of its kind; one that is kept apart goes to one person.
    var left: [String: Int] = [:]
    for question in asked where !question.forEvaluation { left[question.kind, default: 0] += 1 }
    var events: [AnswerEvent] = []
    for question in asked {
      let most = question.forEvaluation ? 1 : left[question.kind] ?? 0
      guard most > 0 else { continue }
      let replies = try replies(to: question, query, atMost: most)
      if !question.forEvaluation { left[question.kind] = most - replies.count }
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

  /// The person whose turn it is answers, if they do in time: how long they take is drawn by the query.
  package func permit(
    _ question: PosedQuestion, query: Int, within seconds: Double, stop: StopFlag
  ) throws -> PermissionReply {
    guard let person = pool.respondents(to: query, random: random).first else { return .late }
    if secondsToAnswer > 0 {
      var chance = random.stream("person/time", query)
      guard -log(1 - chance.uniform()) * secondsToAnswer <= seconds else { return .late }
    }
    let reply = try reply(kinds.kind(question.kind), question, of: person, query)
    pool.note(person: person, query: query)
    return .given(
      GivenAnswer(
        number: query, question: question, person: reply.name, content: reply.answer?.content, skipped: reply.skipped))
  }

  /// One person's answer to a question, or an answer that belongs to no one person.
  private struct Reply {
    /// Nil for the majority, or no one.
    var person: Int?
    var name: String
    var answer: Answer<JSONValue>?
    var skipped: String?
  }

  /// What the people whose turn it is say, fewer of them if the answers left do not suffice for all. Where nobody is
  /// reliable, the settings' fallback answers what people can be held against one another by, and the next in line the
  /// rest.
  private func replies(to question: PosedQuestion, _ query: Int, atMost most: Int) throws -> [Reply] {
    let kind = try kinds.kind(question.kind)
    let trusted = pool.respondents(to: query, random: random)
    guard kind.isShared else {
      return [try reply(kind, question, of: trusted.first ?? query % pool.members.count, query)]
    }
    guard !trusted.isEmpty else {
      guard settings.fallback == .majority else { return [skipped(by: "nobody")] }
      let all = try pool.members.indices.map { try reply(kind, question, of: $0, query + $0).answer }
      guard let answer = try kind.majority(of: all.compactMap { $0 }) else { return [skipped(by: "majority")] }
      return [Reply(name: "majority", answer: answer)]
    }
    let replies = try trusted.prefix(most).enumerated().map { place, person in
      try reply(kind, question, of: person, query + place)
    }
    pool.compare(try zip(trusted, replies).map { ($0, try $1.answer.flatMap(kind.label)) })
    return replies
  }

  private func skipped(by name: String) -> Reply { Reply(name: name, skipped: ComparisonAnswer.skipped.rawValue) }

  /// What one person says, by the chance of the query that it becomes.
  private func reply(_ kind: AnyFeedbackKind, _ question: PosedQuestion, of person: Int, _ query: Int) throws -> Reply {
    var chance = random.stream("person/answer", query)
    let scale = scale(for: kind.level)
    let unit = noiseUnit(for: kind.level)
    var judge: any Respondent = SimulatedRespondent(pool.members[person]) { [reward] clip in
      let rewards = reward.seen(clip).rewards.map(Double.init)
      if let unit { return rewards.map { $0 / unit } }
      return scale?.scaled(rewards, for: kind.level) ?? rewards
    }
    let answer = try kind.simulate(question.question, in: world, respondent: &judge, random: &chance)
    return Reply(
      person: person, name: name(of: person), answer: answer,
      skipped: answer == nil ? ComparisonAnswer.cannotTell.rawValue : nil)
  }

  /// The unit of a boltzmann person's noise where only differences count; nil for that of the reward.
  private func noiseUnit(for level: AnswerLevel) -> Double? {
    guard level == .none, settings.kind == .boltzmann, settings.noiseScale == .world else { return nil }
    return randomPlay().deviation
  }

  /// The units of answers that depend on a clip's level; nil for those of the reward.
  private func scale(for level: AnswerLevel) -> PersonalScale? {
    level != .none && settings.scale == .world ? randomPlay() : nil
  }

  private func randomPlay() -> PersonalScale {
    if let measuredScale { return measuredScale }
    let scale = PersonalScale(world.entry, length: segmentLength, random: random.child("person/scale")) { [reward] in
      reward.seen($0).rewards.map(Double.init)
    }
    measuredScale = scale
    return scale
  }

  /// `simulated/boltzmann`; with its number, from 1, where there are several.
  private func name(of person: Int) -> String {
    let kind = "simulated/\(settings.kind.rawValue)"
    return pool.members.count == 1 ? kind : "\(kind)/\(person + 1)"
  }

  // MARK: What is remembered

  /// The answers of people who are not asked any more are not used for training; the ledger keeps them.
  package var withdrawn: [Int] { pool.withdrawn }

  package func observe(returns: [Double], experience: [Trajectory]) {
    let judged = reward.isTruth ? returns : reward.returns(of: experience)
    recentReturns = Array((recentReturns + judged).suffix(10))
  }

  /// Whether what people did before decides what they do next.
  private var isRemembered: Bool { settings.isRemembered }

  package func state() throws -> [String: String] {
    var state = ["recentReturns": try CanonicalJSON.encode(recentReturns)]
    if !reward.isTruth { state["judged"] = try CanonicalJSON.encode(reward.sums) }
    if isRemembered { state["people"] = try CanonicalJSON.encode(pool) }
    if reportedDrifts > 0 { state["reportedDrifts"] = String(reportedDrifts) }
    return state
  }

  package func restore(_ state: [String: String]) throws {
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
    reportedDrifts = state["reportedDrifts"].flatMap(Int.init) ?? 0
  }
}
