// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "AuditCheckExample",
  dependencies: [.package(name: "pactolus", path: "../..")],
  targets: [
    .executableTarget(name: "AuditCheckExample", dependencies: [.product(name: "Pactolus", package: "pactolus")])
  ],
  swiftLanguageModes: [.v6]
)
