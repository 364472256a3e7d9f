// swift-tools-version: 6.3
import PackageDescription

/// One program for each example: `pactolus` with one thing more, or what uses the thing. A folder holds the thing itself in one file,
/// `main.swift` with its registration, and `check`, which says what it must do.
let examples = ["AuditCheck", "Environment", "FeedbackKind", "Learner", "Preset", "Verb", "Reproduction"]

/// The products an example stands on: those that bring the web server are for the one that asks people.
func products(_ example: String) -> [Target.Dependency] {
  (["PactolusCommand"] + (example == "FeedbackKind" ? ["PactolusWorkbench"] : []))
    .map { .product(name: $0, package: "pactolus") }
}

let package = Package(
  name: "examples",
  dependencies: [.package(name: "pactolus", path: "..")],
  targets: examples.map {
    .executableTarget(name: $0, dependencies: products($0), path: $0, exclude: ["check"])
  },
  swiftLanguageModes: [.v6]
)
