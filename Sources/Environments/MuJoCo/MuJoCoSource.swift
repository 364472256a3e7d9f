import Compute
import Foundation

/// Gymnasium's MuJoCo worlds (v5) under `mujoco/…`, native.
///
/// ```swift
/// registry.add(MuJoCoSource(folder: URL(filePath: ".build/mujoco")))
/// ```
///
/// The list works without the engine; a world asks for it.
public struct MuJoCoSource: EnvironmentSource {
  static let idPrefix = "mujoco/"

  /// Where `./pactolus setup mujoco` puts the engine and its models.
  public let folder: URL

  /// A source with the engine in this folder; nothing is loaded until a world is asked for.
  public init(folder: URL) { self.folder = folder }

  public var prefix: String { Self.idPrefix }
  public var summary: String { "Gymnasium's MuJoCo worlds, native; options variant, task, pay, angle, noise, steps" }

  public var availability: EnvironmentAvailability {
    guard MuJoCoEngine.isPresent(in: folder) else { return .missing(install: MuJoCoEngine.install) }
    return .ready("MuJoCo \(MuJoCoEngine.tested.values.sorted().joined(separator: " or "))")
  }

  public var listing: [EnvironmentListing] {
    MuJoCoWorld.catalogue.flatMap { listed in
      let id = prefix + listed.name
      let plain = EnvironmentListing(id: id, summary: listed.make(.plain).summary)
      let others = listed.variants.dropFirst().map { variant in
        EnvironmentListing(
          id: "\(id):variant=\(variant.rawValue)",
          summary: variant == .fixed
            ? "The same without early ends and with the place in view, as in seals"
            : "The same without early ends and costs of torque, as in Christiano et al. 2017")
      }
      let task = EnvironmentListing(
        id: "\(id):task=backflip", summary: "Hopper is paid for backflips, by the published formula")
      let rotation = EnvironmentListing(
        id: "\(id):task=backflip,pay=rotation", summary: "Hopper is paid for turning backward in the air")
      return [plain] + others + (listed.hasTask ? [task, rotation] : [])
    }
  }

  public var install: String? { MuJoCoEngine.install }

  public func preset(for id: String) -> SettingsPreset? {
    // An id that is no world's has no preset; that it is wrong is said where the world is made.
    if let world = try? MuJoCoWorld(id: id), world.isBackflip { return Backflip.preset(id) }
    return MuJoCoWorld.presets[String(id.dropFirst(prefix.count))]
  }

  public func entry(_ id: String) throws -> EnvironmentEntry {
    let world = try MuJoCoWorld(id: id)
    let environment = try MuJoCoEnvironment(id: id, world: world, engine: MuJoCoEngine.load(from: folder))
    let components = environment.specification.observationNames
    let features = world.features.compactMap { $0.named(among: components) }
    // Known of the world as it is: options change what is earned.
    let name = String(id.dropFirst(prefix.count))
    return EnvironmentEntry(
      environment, namedRewards: world.isBackflip ? Backflip.rewards(seen: components) : [],
      clipRewards: world.isBackflip ? Backflip.clipRewards(seen: components) : [],
      features: NamedFeature.all(features, of: environment.specification),
      returns: MuJoCoWorld.returns[name] ?? KnownReturns(), preset: preset(for: id)
    ).guided(by: world.guidance).paying(try MuJoCoWorld.pays(id))
  }
}
