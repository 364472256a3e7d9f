import Command

var parts = Parts.standard
parts.learners = LearnerRegistry(parts.learners.kinds + [RandomSearch.kind])
PactolusCommand.main(parts)
