import Compute
import Environments
import Foundation
import Testing

@Suite("The source of MuJoCo's worlds")
struct MuJoCoSourceTests {
  private let nowhere = MuJoCoSource(folder: URL(filePath: "/nonexistent/mujoco"))

  @Test("lists eleven worlds and their variants without the engine")
  func lists() {
    let ids = nowhere.listing.map(\.id)
    #expect(ids.filter { !$0.contains(":") }.count == 11 && Set(ids).count == ids.count)
    for id in MuJoCoHere.ids + ["mujoco/Hopper-v5:task=backflip", "mujoco/Ant-v5:variant=fixed"] {
      #expect(ids.contains(id))
    }
    #expect(nowhere.listing.allSatisfy { !$0.summary.isEmpty })
    #expect(nowhere.availability == .missing(install: "./pactolus setup mujoco"))
  }

  @Test("names the line that installs the engine")
  func missing() {
    refused("mujoco/Hopper-v5", by: nowhere, "./pactolus setup mujoco")
  }

  @Test(
    "refuses ids and options that do not exist, with what is near, before it looks for the engine",
    arguments: [
      ("mujoco/Hoper-v5", "mujoco/Hopper-v5"), ("mujoco/Hopper-v4", "mujoco/Hopper-v5"),
      ("mujoco/halfcheetah", "mujoco/HalfCheetah-v5"), ("mujoco/Hopper-v5:variant=fixd", "fixed"),
      ("mujoco/Hopper-v5:varint=fixed", "variant"), ("mujoco/Pusher-v5:variant=fixed", "steps"),
      ("mujoco/Reacher-v5:noise=0.1", "steps"), ("mujoco/Ant-v5:task=backflip", "unknown option 'task'"),
      ("mujoco/Hopper-v5:task=backflp", "backflip"), ("mujoco/Hopper-v5:noise=-1", "from 0 to 1"),
      ("mujoco/Hopper-v5:noise=nan", "from 0 to 1"), ("mujoco/Hopper-v5:steps=0", "1 to 1000000"),
      ("mujoco/Hopper-v5:task=backflip,variant=fixed", "task=backflip"),
      ("mujoco/Hopper-v5:pay=rotation", "task=backflip,pay=rotation"),
      ("mujoco/Hopper-v5:task=backflip,pay=rotaton", "rotation"),
    ])
  func nearMisses(id: String, hint: String) {
    refused(id, by: nowhere, hint)
  }

  private func refused(_ id: String, by source: MuJoCoSource, _ hint: String) {
    #expect {
      _ = try source.entry(id)
    } throws: { error in
      "\((error as? InputError)?.description ?? "")".contains(hint)
    }
  }

  /// A bridge that claims another version, compiled on the spot.
  @Test(
    "refuses a MuJoCo that was not tested, and a bridge of another release", arguments: [3_003_007, 4_001_000, 337])
  func versions(version: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mujoco-\(version)-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func bridge(headers: Int, interface: Int) throws {
      let source = folder.appending(path: "bridge.c")
      try """
      int pactolus_mujoco_interface(void) { return \(interface); }
      int pactolus_mujoco_headers(void) { return \(headers); }
      int pactolus_mujoco_library(void) { return \(version); }
      """.write(to: source, atomically: true, encoding: .utf8)
      let compiler = Process()
      compiler.executableURL = URL(filePath: "/usr/bin/env")
      let library = folder.appending(path: "libpactolus-mujoco.so")
      compiler.arguments = ["cc", "-shared", "-fPIC", source.path, "-o", library.path]
      try compiler.run()
      compiler.waitUntilExit()
      try #require(compiler.terminationStatus == 0)
    }
    try bridge(headers: version, interface: 1)
    refused("mujoco/Hopper-v5", by: MuJoCoSource(folder: folder), "tested: MuJoCo 4.0.0")
    if version == 3_003_007 {
      let other = MuJoCoSource(folder: folder.appending(path: "../\(folder.lastPathComponent)/."))
      refused("mujoco/Hopper-v5", by: other, "MuJoCo 3.3.7 is not known here")
    }
  }

  @Test(
    "makes each of its worlds, whose features and guidance fit what it shows",
    .enabled(if: MuJoCoHere.isReady, MuJoCoHere.reason), arguments: MuJoCoHere.source.listing.map(\.id))
  func entries(id: String) throws {
    let entry = try MuJoCoHere.source.entry(id)
    #expect(entry.specification.id == id)
    #expect(
      entry.specification.canTerminate
        == [
          "Hopper", "Walker2d", "Ant", "Humanoid", "InvertedPendulum",
          "InvertedDoublePendulum",
        ].contains { id == "mujoco/\($0)-v5" })
    #expect(Set(entry.features.map(\.name)).count == entry.features.count)
    #expect(entry.features.count > entry.specification.observationSpace.count)
    let clip = entry.randomClips(1, steps: 5, random: RandomSource(seed: 1))[0]
    for feature in entry.features { #expect(feature.values(of: clip).allSatisfy { $0.isFinite }) }
    #expect(!entry.guidance.goal.isEmpty && !entry.guidance.legend.isEmpty)
    #expect(entry.specification.actionNames.count == entry.specification.actionSpace.rowSize)
  }

  @Test("variants: what is seen, how long, and what is paid", .enabled(if: MuJoCoHere.isReady, MuJoCoHere.reason))
  func variants() throws {
    func size(_ id: String) throws -> Int { try MuJoCoHere.world(id).specification.observationSpace.count }
    #expect(try size("mujoco/Hopper-v5") == 11 && size("mujoco/Hopper-v5:variant=fixed") == 12)
    #expect(
      try size("mujoco/Hopper-v5:task=backflip") == 16 && size("mujoco/Hopper-v5:task=backflip,angle=plain") == 15)
    #expect(try size("mujoco/Ant-v5:variant=fixed") == 107 && size("mujoco/Swimmer-v5:variant=fixed") == 10)
    let limits = [
      "mujoco/Hopper-v5:task=backflip": 300, "mujoco/InvertedPendulum-v5:variant=christiano": 25,
      "mujoco/Reacher-v5": 50, "mujoco/Pusher-v5": 100, "mujoco/Ant-v5": 1_000, "mujoco/Hopper-v5:steps=90": 90,
    ]
    for (id, limit) in limits { #expect(try MuJoCoHere.world(id).specification.maximumEpisodeSteps == limit) }

    // Christiano's terms beside Gymnasium's, from one state under one action.
    let terms: [(String, (_ plain: Double, _ height: Double, _ squares: Double) -> Double)] = [
      ("Hopper", { $0 + ($1 - 1) + 1e-3 * $2 }), ("Walker2d", { $0 + ($1 - 2) + 1e-3 * $2 }),
      ("HalfCheetah", { plain, _, squares in plain + 0.1 * squares }),
      ("Swimmer", { plain, _, squares in plain + 1e-4 * squares }),
      ("Reacher", { plain, _, squares in plain + squares }),
    ]
    for (name, term) in terms {
      let (plain, other) = (
        try MuJoCoHere.world("mujoco/\(name)-v5"), try MuJoCoHere.world("mujoco/\(name)-v5:variant=christiano")
      )
      var random = RandomSource(seed: 9).stream("start")
      var state = plain.reset(random: &random)
      var twin = plain.state(
        positions: plain.joints(of: state).positions, velocities: plain.joints(of: state).velocities)
      let row = (0..<plain.specification.actionSpace.rowSize).map { 0.3 * Float($0 + 1) - 0.5 }
      let paid = plain.step(&state, ContinuousAction(row.span), random: &random).reward
      let judged = other.step(&twin, ContinuousAction(row.span), random: &random).reward
      let squares = row.reduce(0) { $0 + Double($1) * Double($1) }
      #expect(abs(judged - term(paid, plain.joints(of: state).positions[1], squares)) < 1e-6, "\(name)")
    }
  }
}
