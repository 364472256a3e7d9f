// swift-tools-version: 6.3
import PackageDescription

/// The house, ground floor first. Whoever uses the umbrella, or tests a room, depends on every room below by name as
/// well: a room's own compiled form does not change when one below it does, so a build would otherwise keep code made
/// for the old layout.
let rooms = [
  "Compute", "Files", "Environments", "Rewards", "Feedback", "Agents", "Findings", "Theory", "Audits", "Oversight",
  "RewardFiles", "Runs", "Reports",
]

/// The rooms up to this one.
func house(upTo room: String) -> [Target.Dependency] {
  rooms.prefix(rooms.firstIndex(of: room)! + 1).map { .target(name: $0) }
}

let package = Package(
  name: "pactolus",
  products: [
    .library(name: "Pactolus", targets: ["Pactolus"] + rooms),
    .library(name: "PactolusTesting", targets: ["PactolusTesting"]),
    // For a `pactolus` of one's own, with more worlds, kinds of feedback, verbs or reproductions: see Examples.
    .library(name: "PactolusCommand", targets: ["Command", "Reproductions", "Pactolus"] + rooms),
    // The same with the workbench and the reward server: it brings NIO and TLS.
    .library(
      name: "PactolusWorkbench",
      targets: ["WorkbenchCommand", "WorkbenchServer", "Workbench", "Command", "Reproductions", "Pactolus"] + rooms),
    .executable(name: "pactolus", targets: ["pactolus-command"]),
    .executable(name: "pactolus-workbench", targets: ["pactolus-workbench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.2")),
    .package(url: "https://github.com/groue/GRDB.swift", .upToNextMinor(from: "7.10.0")),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", .upToNextMinor(from: "2.28.1"),
      traits: ["FullFoundation"]),
    .package(url: "https://github.com/jpsim/Yams", .upToNextMinor(from: "6.2.2")),
  ],
  targets: [
    // System libraries and the one C kernel.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CLzma", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CClp", providers: [.apt(["coinor-libclp-dev"])]),
    .target(name: "CKernels"),

    // The house, ground floor first; imports only ever point down.
    .target(name: "Compute", dependencies: ["CKernels", "COpenBLAS", "CClp"]),
    .target(name: "Files", dependencies: ["Compute", "CLzma", "CZlib", "CZstd"]),
    .target(name: "Environments", dependencies: ["Compute", "Files"]),
    .target(name: "Rewards", dependencies: ["Compute", "Files", "Environments"]),
    .target(name: "Feedback", dependencies: ["Compute", "Files", "Environments", "Rewards"]),
    .target(name: "Agents", dependencies: ["Compute", "Files", "Environments", "Rewards"]),
    .target(name: "Findings", dependencies: ["Compute"]),
    .target(
      name: "Theory",
      dependencies: [
        "Compute", "Files", "Environments", "Rewards", "Agents", "Findings",
        .product(name: "Yams", package: "Yams"),
      ]),
    .target(
      name: "Audits", dependencies: ["Compute", "Files", "Environments", "Rewards", "Feedback", "Agents", "Findings"]),
    .target(
      name: "Oversight",
      dependencies: ["Compute", "Files", "Environments", "Rewards", "Feedback", "Agents", "Findings"]),
    .target(
      name: "RewardFiles",
      dependencies: ["Compute", "Files", "Environments", "Rewards", "Feedback", "Findings"]),
    .target(
      name: "Runs",
      dependencies: [
        "Compute", "Files", "Environments", "Rewards", "Feedback", "Agents", "Findings", "Theory", "Audits",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Yams", package: "Yams"),
      ]),
    .target(name: "Reports", dependencies: house(upTo: "Runs")),
    .target(name: "Pactolus", dependencies: rooms.map { .target(name: $0) }),
    .target(
      name: "Workbench",
      dependencies: rooms.map { .target(name: $0) } + [
        .product(name: "GRDB", package: "GRDB.swift")
      ],
      resources: [.copy("Page")]),
    // The workbench's sockets alone: no test target depends on them, so that the tests build without NIO and TLS.
    .target(
      name: "WorkbenchServer",
      dependencies: [
        "Workbench",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
      ] + rooms.map { .target(name: $0) }),
    .target(
      name: "Command",
      dependencies: ["Pactolus", "Reproductions"] + rooms.map { .target(name: $0) } + [
        .product(name: "ArgumentParser", package: "swift-argument-parser")
      ]),
    // The verbs that need the web server.
    .target(
      name: "WorkbenchCommand",
      dependencies: ["Command", "Workbench", "WorkbenchServer", "Pactolus", "Reproductions"]
        + rooms.map { .target(name: $0) }),
    // Two binaries: the second has those verbs too, so that the first builds fast.
    .executableTarget(name: "pactolus-command", dependencies: ["Command"], path: "Sources/Executables/Pactolus"),
    .executableTarget(
      name: "pactolus-workbench",
      dependencies: ["WorkbenchCommand", "Command", "Workbench", "WorkbenchServer"] + rooms.map { .target(name: $0) },
      path: "Sources/Executables/Workbench"),

    // Contract kits for users' own environments, kinds of feedback and learners, and for ours.
    .target(name: "PactolusTesting", dependencies: house(upTo: "Agents")),

    // Published experiments, run again by `pactolus reproduce NAME`.
    .target(
      name: "Reproductions",
      dependencies: house(upTo: "Runs"), path: "Reproductions"),

    // Our side of Benchmarks/; no verb of the command builds it.
    .executableTarget(
      name: "pactolus-benchmarks",
      dependencies: ["Compute", "COpenBLAS", "Files", "Environments", "Rewards", "Feedback", "Agents", "Audits"],
      path: "Benchmarks/Sources"),
    .executableTarget(
      name: "pactolus-audit-files", dependencies: house(upTo: "RewardFiles"), path: "Benchmarks/AuditFiles"),

    // Files with known defects through the files audit: `Benchmarks/planted-defects`.
    .executableTarget(
      name: "pactolus-planted", dependencies: house(upTo: "RewardFiles"), path: "Benchmarks/PlantedDefects"),

    // Damaged files through every reader and importer: `Benchmarks/fuzz`.
    .executableTarget(
      name: "pactolus-fuzz", dependencies: house(upTo: "Runs") + ["CLzma", "CZstd"], path: "Benchmarks/Fuzz"),

    .testTarget(
      name: "ComputeTests", dependencies: ["Compute", "COpenBLAS", "CKernels", "PactolusTesting"],
      exclude: ["Convolution/PyTorch"]),
    .testTarget(
      name: "FilesTests", dependencies: ["Compute", "Files", "Recorded"], exclude: ["Peers", "Damage/Recorded"]),
    .testTarget(
      name: "EnvironmentsTests", dependencies: house(upTo: "Environments") + ["PactolusTesting", "Recorded"],
      exclude: ["Traces", "Recorded", "Python/fake_worlds.py", "MuJoCo/Peers"]),
    .testTarget(name: "PactolusTestingTests", dependencies: house(upTo: "Agents") + ["PactolusTesting"]),
    .testTarget(name: "RewardsTests", dependencies: house(upTo: "Rewards") + ["Recorded"], exclude: ["Recorded"]),
    .testTarget(
      name: "FeedbackTests", dependencies: house(upTo: "Feedback") + ["PactolusTesting", "Recorded"],
      exclude: ["Files/Peers", "Recorded", "Kinds/Recorded"]),
    .testTarget(
      name: "AgentsTests", dependencies: house(upTo: "Findings") + ["PactolusTesting", "Recorded"],
      exclude: ["Recorded"]),
    .testTarget(name: "FindingsTests", dependencies: house(upTo: "Findings")),
    // Text that was looked at once and is kept: `Recorded` folders beside the tests.
    .target(name: "Recorded", dependencies: house(upTo: "Findings"), path: "Tests/Recorded"),
    .testTarget(name: "TheoryTests", dependencies: house(upTo: "Theory") + ["Recorded"], exclude: ["Recorded"]),
    .testTarget(name: "AuditsTests", dependencies: house(upTo: "Audits") + ["Recorded"], exclude: ["Recorded"]),
    .testTarget(name: "OversightTests", dependencies: house(upTo: "Oversight")),
    .testTarget(
      name: "RewardFilesTests", dependencies: house(upTo: "RewardFiles") + ["pactolus-planted", "Recorded"],
      exclude: ["Checks/Recorded", "Heads/Recorded", "Reading/Recorded", "Reading/Fixtures"]),
    // fsync, fdatasync and rename of a test program, written down.
    .target(name: "CWatchedCalls", path: "Tests/CWatchedCalls"),
    // A tiny run and the watch over what reaches the disk, which tests of several rooms share.
    .target(name: "RunFixtures", dependencies: house(upTo: "Runs") + ["CWatchedCalls"], path: "Tests/RunFixtures"),
    .testTarget(
      name: "RunsTests",
      dependencies: house(upTo: "Runs") + ["PactolusTesting", "RunFixtures", "Recorded"] + [
        .product(name: "GRDB", package: "GRDB.swift")
      ],
      exclude: ["Fixtures", "Loop/Recorded", "Answers/Recorded"]),
    .testTarget(
      name: "ReportsTests", dependencies: house(upTo: "Reports") + ["RunFixtures", "Recorded"], exclude: ["Recorded"]),
    .testTarget(
      name: "WorkbenchTests",
      dependencies: ["Workbench", "PactolusTesting", "RunFixtures", "Recorded"] + house(upTo: "Reports"),
      exclude: ["Recorded"]),
    .testTarget(
      name: "CommandTests",
      dependencies: ["Command", "Reproductions", "Pactolus", "pactolus-command", "Recorded"] + house(upTo: "Reports")
        + [
          .product(name: "Yams", package: "Yams")
        ],
      exclude: ["Recorded"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17
)

// Tests call the house, and the house is optimised. Optimising the calls as well takes half of what a first
// `./pactolus test` compiles; only tests that compute a second opinion themselves are worth it.
let computing: Set = [
  "ComputeTests", "EnvironmentsTests", "RewardsTests", "FeedbackTests", "AgentsTests", "TheoryTests", "AuditsTests",
  "OversightTests",
]
for target in package.targets where target.type == .test && !computing.contains(target.name) {
  target.swiftSettings = [.unsafeFlags(["-Onone"])]
}
