import Agents
import Compute
import Environments
import Files
import Foundation
import Rewards

/// Maximum-causal-entropy IRL on the world and with the occupancy that the peer wrote: iterations, seconds, and how
/// well the learned reward correlates with the true one.
func measureInverseReinforcement(_ options: Options) throws {
  let path = options.word("world", default: "")
  guard !path.isEmpty else { throw Complaint(text: "--world needs the .npz file that the peer wrote") }
  let arrays = try NumPyArchive(contentsOf: URL(fileURLWithPath: path))
  let transitions = try arrays.array("transitions")
  let (states, actions) = (transitions.shape[0], transitions.shape[1])
  var rows = transitions.doubles()
  // The peer's probabilities are 32-bit.
  for row in 0..<states * actions {
    let sum = rows[row * states..<(row + 1) * states].reduce(0, +)
    for index in row * states..<(row + 1) * states { rows[index] /= sum }
  }
  let mdp = try TabularMDP(
    states: states, actions: actions, transitions: rows, start: arrays.array("start").doubles(), discount: 0.99)
  let truth = try arrays.array("rewards").doubles()
  let occupancy = try arrays.array("occupancy").doubles()
  var settings = MaximumEntropyIRLSettings()
  settings.maximumIterations = try options.count("iterations", default: 10_000)
  settings.countsLastState = true
  let demonstrator = try Demonstrator(.maximumEntropy, horizon: try options.count("horizon", default: 50), discount: 1)
  let watch = Stopwatch()
  let irl = try MaximumEntropyIRL(mdp, demonstrator, RewardForm(.state), settings: settings)
  let fit = try irl.fit(occupancy: occupancy)
  let seconds = watch.seconds
  struct Report: Encodable {
    var iterations: Int
    var stop: String
    var gap: Double
    var correlation: Double
    var wall: Double
    var cpu: Double
  }
  try finish(
    Report(
      iterations: fit.iterations, stop: fit.stop.rawValue, gap: fit.gap,
      correlation: Statistics.pearson(fit.reward.values, truth), wall: seconds.wall, cpu: seconds.cpu))
}
