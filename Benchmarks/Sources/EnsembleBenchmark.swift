import Compute
import Foundation

/// Optimisation steps per second of a reward ensemble: 5 members, 64 pairs × 2 segments × 50 steps, 23 inputs.
func measureEnsemble(_ options: Options) throws {
  let hidden = try options.count("hidden", default: 256)
  let members = try options.count("members", default: 5)
  let pairs = 64
  let length = 50
  let inputs = 23
  let rows = pairs * 2 * length
  let random = RandomSource(seed: 0)
  let shape = NetworkShape(inputs: inputs, hidden: [hidden, hidden], outputs: 1, activation: .relu)
  var network = Network(shape, members: members, initialization: .he, random: random)
  let pass = NetworkPass(shape, members: members, capacity: rows)
  var adam = Adam(AdamSettings(learningRate: 3e-4), count: network.parameters.count)
  var stream = random.stream("benchmark/segments")
  let segments = (0..<rows * inputs).map { _ in Float(stream.uniform() * 2 - 1) }
  let preferred = (0..<members * pairs).map { _ in stream.next32() & 1 == 0 }
  var gradients = [Float](repeating: 0, count: network.parameters.count)
  var outputGradients = [Float](repeating: 0, count: members * rows)
  var loss = 0.0

  func step() {
    network.parameters.withUnsafeMutableBufferPointer { parameters in
      let rewards = pass.forward(parameters.baseAddress!, inputs: segments, rows: rows)
      loss = bradleyTerry(rewards, preferred: preferred, members: members, pairs: pairs, length: length, &outputGradients)
      for index in gradients.indices { gradients[index] = 0 }
      pass.backward(parameters.baseAddress!, outputGradients: outputGradients, parameterGradients: &gradients)
      adam.update(parameters.baseAddress!, gradients: gradients)
    }
  }

  step()
  let first = loss
  let (count, seconds) = repeated(seconds: try options.number("seconds", default: 4), step)
  guard loss < first else { throw Complaint(text: "the loss rose from \(first) to \(loss)") }
  try finish(
    SpeedReport(rate: Double(count) / seconds.cpu, steps: count, wall: seconds.wall, cpu: seconds.cpu))
}

/// Mean loss over members of the Bradley–Terry likelihood, and its gradient in the rewards.
private func bradleyTerry(
  _ rewards: UnsafePointer<Float>, preferred: [Bool], members: Int, pairs: Int, length: Int, _ gradients: inout [Float]
) -> Double {
  var loss = 0.0
  for index in 0..<members * pairs {
    let first = rewards + index * 2 * length
    var difference: Float = 0
    for t in 0..<length { difference += first[t] - first[length + t] }
    let agreement = preferred[index] ? difference : -difference
    loss += Double(agreement > 0 ? log1p(exp(-agreement)) : log1p(exp(agreement)) - agreement)
    let slope = -1 / (1 + exp(agreement)) / Float(pairs) * (preferred[index] ? 1 : -1)
    for t in 0..<length {
      gradients[index * 2 * length + t] = slope
      gradients[index * 2 * length + length + t] = -slope
    }
  }
  return loss / Double(members * pairs)
}
