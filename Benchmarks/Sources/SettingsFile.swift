import Agents
import Foundation

/// One entry of `Benchmarks/settings.json`, which the peers read too.
struct SettingsEntry: Decodable {
  var environment: String
  var environments: Int
  var stepsPerRollout: Int
  var minibatchSize: Int
  var epochs: Int
  var learningRate: Float
  var linearSchedule: Bool
  var discount: Float
  var traceDecay: Float
  var clipRange: Float
  var valueClipRange: Float?
  var entropyCoefficient: Float
  var valueCoefficient: Float
  var maximumGradientNorm: Float
  var totalSteps: Int

  /// Read from the repository's root, where the scripts start this program.
  static func named(_ name: String) throws -> SettingsEntry {
    let file = try Data(contentsOf: URL(fileURLWithPath: "Benchmarks/settings.json"))
    let entries = try JSONDecoder().decode([String: SettingsEntry].self, from: file)
    guard let entry = entries[name] else {
      throw Complaint(text: "no entry \(name) in Benchmarks/settings.json; there are \(entries.keys.sorted())")
    }
    return entry
  }

  var stepsPerIteration: Int { environments * stepsPerRollout }

  var ppo: PPOSettings {
    var settings = PPOSettings()
    settings.environments = environments
    settings.stepsPerRollout = stepsPerRollout
    settings.minibatchSize = minibatchSize
    settings.epochs = epochs
    settings.learningRate = learningRate
    settings.learningRateSchedule = linearSchedule ? .linear : .constant
    settings.discount = discount
    settings.traceDecay = traceDecay
    settings.clipRange = clipRange
    settings.valueClipRange = valueClipRange
    settings.entropyCoefficient = entropyCoefficient
    settings.valueCoefficient = valueCoefficient
    settings.maximumGradientNorm = maximumGradientNorm
    return settings
  }
}
