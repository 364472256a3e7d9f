import Pactolus

let kinds = FeedbackRegistry.standard.adding(Approval.self)

// Asks a simulated person once, and prints what the answer means.
let kind = try kinds.kind("approval")
let world = FeedbackWorld(try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1"))
var random = RandomSource(seed: 1).stream("example")
let clips = world.entry.randomClips(1, steps: 20, random: RandomSource(seed: 1))
let question = try kind.ask(QuestionMaterial(clips: clips, world: world), random: &random)
var respondent: any Respondent = RewardRespondent()
if let answer = try kind.simulate(question, in: world, respondent: &respondent, random: &random) {
  let choices = try kind.ground(answer, to: question, in: world)
  print("\(try kind.show(question, in: world).prompt) \(answer.content): \(choices.count) choice")
}
