"""The gRPC contract, generated from `service/proto/citytime/v1/` by `make proto`: change it there."""
