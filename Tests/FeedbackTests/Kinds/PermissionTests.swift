import Compute
import Environments
import Feedback
import Foundation
import PactolusTesting
import Testing

@Suite("Permissions")
struct PermissionTests {
  private let world = FeedbackWorld(EnvironmentEntry(RingWorld()))

  private func clip(_ action: Float, _ rewards: [Float], from start: Float = 0) -> Trajectory {
    Trajectory(
      observationSize: RingWorld.clip([1]).observationSize, actionRowSize: 1,
      observations: [Float](repeating: start, count: RingWorld.clip([1]).observationSize * (rewards.count + 1)),
      actions: [action] + [Float](repeating: 0, count: rewards.count - 1), rewards: rewards, terminated: false,
      truncated: false, start: nil)
  }

  private func details(_ action: Float = 1, _ instead: Float = 0) -> Permission.Details {
    Permission.Details(action: [action], instead: [instead], causes: [.irreversible])
  }

  @Test("to allow is to take the first of two courses: a logistic of their difference, by hand")
  func grounding() throws {
    let question = Question([clip(1, [1, 2]), clip(0, [0.5, 0.25])], details: details())
    let person = PersonModel(rationality: 0.7, lapse: 0.1, discount: 0.5)
    for allow in [true, false] {
      let choice = try #require(
        Permission.ground(Answer(.init(allow: allow)), to: question, in: world, person: person).first)
      let probability = RewardRespondent(person).probabilities(choice)[try #require(choice.target.firstIndex(of: 1))]
      let difference = 0.7 * ((1 + 0.5 * 2) - (0.5 + 0.5 * 0.25))
      let odds = 1 / (1 + exp(allow ? -difference : difference))
      #expect(abs(probability - (0.9 * odds + 0.05)) < 1e-6)
    }
  }

  @Test("who decides exactly allows what is better; one who errs in a tenth is wrong so often (5 standard errors)")
  func answers() throws {
    let question = Question([clip(1, [-3]), clip(0, [0])], details: details())
    var careful = SimulatedRespondent(SimulatedPerson(.rational()))
    var flaws = PersonFlaws()
    flaws.slips = 0.1
    var hasty = SimulatedRespondent(SimulatedPerson(.rational(), flaws: flaws))
    var draws = RandomSource(seed: 3).stream("answers")
    var allowed = 0
    for _ in 0..<4000 {
      let sure = Permission.simulate(question, in: world, respondent: &careful, random: &draws)
      #expect(sure?.content.allow == false)
      if Permission.simulate(question, in: world, respondent: &hasty, random: &draws)?.content.allow == true {
        allowed += 1
      }
    }
    #expect(abs(Double(allowed) / 4000 - 0.1) < 5 * (0.1 * 0.9 / 4000).squareRoot())
  }

  @Test("a screen says what, why, and what else; what does not fit is refused")
  func screen() throws {
    let question = Question([clip(1, [1, 2]), clip(0, [0, 0])], details: details())
    let shown = try Permission.show(question, in: world)
    #expect(shown.prompt == "May the agent do this? There may be no way back." && shown.leads == [25, 25])
    guard case .pick(let offers) = shown.reply else { throw InputError("no offers") }
    #expect(offers.map(\.clip) == [0, 1] && offers[0].text.hasPrefix("yes") && offers[1].text.hasPrefix("no"))
    let answer = Answer(Permission.Decision(allow: true))
    try Permission.check(answer, to: question, in: world)
    func refused(_ question: Question<Permission.Details>) -> String? {
      do {
        try Permission.check(answer, to: question, in: world)
        return nil
      } catch { return (error as? InputError)?.place }
    }
    #expect(refused(Question([clip(1, [1])], details: details())) == "question.clips")
    #expect(refused(Question([clip(1, [1]), clip(0, [1], from: 2)], details: details())) == "question.clips")
    #expect(refused(Question([clip(0, [1]), clip(0, [1])], details: details())) == "question.action")
    #expect(refused(Question([clip(1, [1]), clip(1, [1])], details: details())) == "question.instead")
    var wide = details()
    wide.instead = [0, 0]
    #expect(refused(Question([clip(1, [1]), clip(0, [1])], details: wide)) == "question.instead")
    wide.instead = [.nan]
    #expect(refused(Question([clip(1, [1]), clip(0, [1])], details: wide)) == "question.instead")
  }
}
