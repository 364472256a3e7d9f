import Foundation
import Pactolus

/// The files of a package with one world: what `pactolus new-environment` writes.
struct EnvironmentTemplate {
  /// Paths within the package, and texts.
  let files: [(path: String, text: String)]

  /// - Throws: `InputError` for a name that is no Swift type.
  init(name: String, pactolus: String) throws {
    let letters = CharacterSet(charactersIn: "A"..."Z").union(CharacterSet(charactersIn: "a"..."z"))
    let allowed = letters.union(.decimalDigits)
    guard let first = name.unicodeScalars.first, CharacterSet(charactersIn: "A"..."Z").contains(first),
      name.unicodeScalars.allSatisfy(allowed.contains)
    else {
      throw InputError(
        "'\(name)' is no name of a Swift type", remedy: "begin with a capital letter; use letters and digits only")
    }
    let taken = [
      "Environment", "State", "Action", "Outcome", "Scene", "Batch", "Command", "Pactolus", "Parts", "World",
    ]
    guard !taken.contains(name) else {
      throw InputError("'\(name)' is a name that Pactolus has itself", remedy: "choose another")
    }
    files = [
      ("Package.swift", Self.package(name, pactolus)), ("README.md", Self.readme(name)), (".gitignore", ".build/\n"),
      ("Sources/World/\(name).swift", Self.world(name)), ("Sources/\(name)/main.swift", Self.program(name)),
      ("Tests/WorldTests/\(name)Tests.swift", Self.tests(name)),
    ]
  }

  private static func package(_ name: String, _ pactolus: String) -> String {
    """
    // swift-tools-version: 6.3
    import PackageDescription

    let package = Package(
      name: "\(name.lowercased())",
      dependencies: [.package(name: "pactolus", path: "\(pactolus)")],
      targets: [
        .target(name: "World", dependencies: [.product(name: "Pactolus", package: "pactolus")]),
        .executableTarget(
          name: "\(name)", dependencies: ["World", .product(name: "PactolusCommand", package: "pactolus")]),
        .testTarget(
          name: "WorldTests",
          dependencies: [
            "World", .product(name: "Pactolus", package: "pactolus"),
            .product(name: "PactolusTesting", package: "pactolus"),
          ]),
      ],
      swiftLanguageModes: [.v6]
    )

    """
  }

  private static func readme(_ name: String) -> String {
    """
    # \(name)

    A world of your own for Pactolus. `Sources/World/\(name).swift` is the world; the program is `pactolus` with it.

    ```sh
    swift run -c release \(name) play mine/\(name)-v0 --keyboard
    swift run -c release \(name) learn mine/\(name)-v0
    swift test -c release        # the contract that every world of Pactolus passes
    ```

    """
  }

  private static func world(_ name: String) -> String {
    """
    import Pactolus

    /// Walk along a rope in gusts of wind without leaving it, to the far end.
    public struct \(name): Environment {
      /// All that an episode is made of, and nothing else: a value that can be copied, stored and drawn.
      public struct State: Sendable, Codable {
        /// How far along the rope, from 0 to 1.
        var way = 0.0
        /// How far off balance; beyond ±1 is a fall.
        var lean = 0.0
      }

      public let specification = EnvironmentSpecification(
        id: "mine/\(name)-v0", summary: "Walk along a rope in gusts of wind, to the far end",
        observationSpace: Box(low: [0, -1], high: [1, 1]), observationNames: ["way", "lean"],
        actionSpace: .discrete(names: ["left", "stay", "right"]), maximumEpisodeSteps: 200, canTerminate: true,
        hasGoal: true, source: "mine")

      public init() {}

      /// The first state of an episode. All chance comes from `random`: the same stream, the same episode.
      public func reset(random: inout RandomStream) -> State { State(way: 0, lean: random.uniform(-0.2, 0.2)) }

      /// One step. `terminated` says that the episode is over for good; the time limit above is not meant by it.
      public func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
        state.lean += 0.1 * Double(action - 1) + random.uniform(-0.12, 0.12)
        state.lean = max(-1, min(1, state.lean))
        let before = state.way
        state.way = min(1, state.way + 0.02 * (1 - abs(state.lean)))
        return Outcome(reward: state.way - before, terminated: state.way >= 1 || abs(state.lean) >= 1)
      }

      /// What the agent sees: as many numbers as the observation space has.
      public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
        observation[0] = Float(state.way)
        observation[1] = Float(state.lean)
      }

      /// What people see. Leave it out and the observation is drawn as bars.
      public func scene(_ state: State) -> Scene {
        let x = 10 * state.way
        let top = [x + 1.2 * state.lean, 2.2]
        return Scene(
          left: -2, bottom: -1, width: 14, height: 5,
          shapes: [
            .line(points: [-2, 0, 12, 0], width: 0.08, role: .ground),
            .circle(x: 10, y: 0, radius: 0.25, role: .goal), .line(points: [x, 0] + top, width: 0.25, role: .agent),
            .circle(x: top[0], y: top[1], radius: 0.35, role: .agent),
          ])
      }
    }

    """
  }

  private static func program(_ name: String) -> String {
    """
    import Command
    import World

    var parts = Parts.standard
    parts.environments.add(EnvironmentEntry(\(name)()))
    PactolusCommand.main(parts)

    """
  }

  private static func tests(_ name: String) -> String {
    """
    import Pactolus
    import PactolusTesting
    import Testing
    import World

    @Suite("\(name)") struct \(name)Tests {
      @Test("keeps what every environment promises") func contract() throws { try expectContract(of: \(name)()) }

      @Test("an episode of random play ends within its time limit") func ends() {
        let batch = EnvironmentEntry(\(name)()).makeBatch(count: 1, random: RandomSource(seed: 1))
        var steps = 0
        while steps < 200, !batch.terminated[0], !batch.truncated[0] {
          batch.step([Float(steps % 3)])
          steps += 1
        }
        #expect(batch.terminated[0] || batch.truncated[0])
      }
    }

    """
  }
}
